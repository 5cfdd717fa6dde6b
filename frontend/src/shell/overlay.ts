import { signal } from '@preact/signals';
import { editorView } from '../editor/view';

export type Dialog = 'palette' | 'files' | 'symbols' | 'line' | 'help' | 'explained' | 'produced';

/** Another object for each opening: a dialog may open itself anew. */
export const dialog = signal<{ readonly name: Dialog } | null>(null);

let before: Element | null = null;

export function openDialog(name: Dialog): void {
  if (dialog.value === null) before = document.activeElement;
  dialog.value = { name };
}

export function closeDialog(): void {
  document.querySelector<HTMLDialogElement>('dialog.dialog')?.close(); // nothing beside an open one can have the keyboard
  dialog.value = null;
}

/** Gives the keyboard back to where it was; to the editor when that is gone, as an item of a menu is. */
export function giveBackFocus(): void {
  const isFree = !document.activeElement || document.activeElement === document.body; // what was chosen may have it
  const isThere = before instanceof HTMLElement && before.isConnected && before !== document.body;
  if (before && isFree) (isThere ? (before as HTMLElement) : editorView())?.focus();
  before = null;
}
