// The files that are open on this page. State only; `documents.ts` opens and closes, `saving.ts` saves.

import { computed, signal } from '@preact/signals';
import type { Document } from './document';
import { rpc } from './session';
import { Sync } from './sync';

export const documents = new Map<string, Document>();
export const sync = new Sync(rpc);

export const openPaths = signal<readonly string[]>([]);
export const activePath = signal<string | null>(null);
/** Counts up when a text was replaced from outside, or another document placed at a path, so that the editor shows it. */
export const replaced = signal(0);
export const active = computed(() => {
  const path = replaced.value >= 0 ? activePath.value : null;
  return path === null ? null : (documents.get(path) ?? null);
});

export const getDocument = (path: string) => documents.get(path);

/** A text that did not come from the keyboard is put before the user and sent. */
export function replaceText(doc: Document, text: string): void {
  doc.replace(text);
  doc.state = null;
  replaced.value += 1;
  sync.replaced(doc);
}
