// Short messages at the edge of the page; each can carry one thing to do, such as undo.

import { signal } from '@preact/signals';

export interface Toast {
  id: number;
  text: string;
  tone: 'info' | 'ok' | 'bad';
  action?: { label: string; run: () => void };
}

export const toasts = signal<readonly Toast[]>([]);
let nextId = 1;

export function dismiss(id: number): void {
  toasts.value = toasts.value.filter((each) => each.id !== id);
}

/** Returns its id. */
export function toast(text: string, tone: Toast['tone'] = 'info', action?: Toast['action']): number {
  const id = nextId++;
  toasts.value = [...toasts.value.slice(-2), { id, text, tone, ...(action ? { action } : {}) }];
  setTimeout(() => dismiss(id), action ? 10_000 : 6_000);
  return id;
}
