// What leaves the page at once and is done a little later, so that it can be undone.

import { dismiss, toast } from './toasts';

const UNDO_MS = 8_000;

/** Says what is about to be done; `back`: it is called off. */
export function doLater(said: string, work: () => void, back: () => void): void {
  const timer = setTimeout(() => {
    dismiss(offer);
    work();
  }, UNDO_MS);
  const run = () => {
    clearTimeout(timer);
    back();
  };
  const offer = toast(said, 'info', { label: 'Undo', run });
}
