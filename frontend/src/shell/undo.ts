// What leaves the page at once and is done a little later, so that it can be undone.

import { dismiss, toast } from './toasts';

const UNDO_MS = 8_000;
const pending = new Set<() => void>();

/** Says what is about to be done; `back`: it is called off. Who leaves the page calls nothing off. */
export function doLater(said: string, work: () => void, back: () => void): void {
  const settle = (end: () => void) => {
    clearTimeout(timer);
    pending.delete(now);
    dismiss(offer);
    end();
  };
  const now = () => settle(work);
  const timer = setTimeout(now, UNDO_MS);
  const offer = toast(said, 'info', { label: 'Undo', run: () => settle(back) });
  pending.add(now);
}

addEventListener('pagehide', () => pending.forEach((now) => now()));
