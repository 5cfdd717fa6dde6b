import { signal } from '@preact/signals';

export type Dialog = 'palette' | 'files' | 'symbols' | 'line' | 'help';
export const dialog = signal<Dialog | null>(null);

let before: Element | null = null;

export function openDialog(name: Dialog): void {
  if (dialog.value === null) before = document.activeElement;
  dialog.value = name;
}

/** Closes and gives the keyboard back to where it was. */
export function closeDialog(): void {
  dialog.value = null;
  if (before instanceof HTMLElement) before.focus();
}
