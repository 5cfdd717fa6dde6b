// The files that are open on this page. State only; `documents.ts` opens and closes, `saving.ts` saves.

import { computed, signal } from '@preact/signals';
import type { Document } from './document';
import { rpc } from './session';
import { Sync } from './sync';

export const documents = new Map<string, Document>();
export const sync = new Sync(rpc);

export const openPaths = signal<readonly string[]>([]);
export const activePath = signal<string | null>(null);
export const active = computed(() => (activePath.value === null ? null : (documents.get(activePath.value) ?? null)));

/** Counts up when a text was replaced from outside, so that the editor shows it. */
export const replaced = signal(0);

export const getDocument = (path: string) => documents.get(path);

/** A text that did not come from the keyboard is put before the user and sent. */
export function replaceText(doc: Document, text: string): void {
  doc.replace(text);
  doc.state = null;
  replaced.value += 1;
  sync.replaced(doc);
}
