// The outline: what the file in front defines.

import { computed, effect, signal } from '@preact/signals';
import { pathOf } from '../workspace/diagnostics';
import { active, replaced } from '../workspace/opened';
import { entriesOf, type Entry } from './answers';
import type { SymbolInformation } from './lsp';
import { can, inDocument, lane } from './server';

const PAUSE_MS = 400;
const question = lane();
const found = signal<{ path: string; entries: Entry[] } | null>(null);
let timer: ReturnType<typeof setTimeout> | undefined;

/** The entries of the file in front; null while nothing is known of it. */
export const outline = computed(() => {
  const now = found.value;
  return now && now.path === active.value?.path ? now.entries : null;
});

export const hasOutline = computed(() => can('documentSymbolProvider') && !!active.value?.path.endsWith('.hs'));

async function look(): Promise<void> {
  const doc = active.peek();
  if (!doc || !hasOutline.peek()) return;
  const where = inDocument(doc);
  const symbols = await question.wonder('textDocument/documentSymbol', where, doc);
  if (symbols) found.value = { path: pathOf(where.textDocument.uri), entries: entriesOf(symbols, where.textDocument.uri) };
}

const all = lane();

/** Symbols anywhere in the workspace. */
export async function workspaceSymbols(query: string): Promise<SymbolInformation[]> {
  if (!can('workspaceSymbolProvider')) return [];
  return (await all.wonder('workspace/symbol', { query })) ?? [];
}

/** Looks anew a moment after the last key. */
export function outlineLater(ms = PAUSE_MS): void {
  clearTimeout(timer);
  timer = setTimeout(() => void look(), ms);
}

effect(() => {
  if (active.value && hasOutline.value && replaced.value >= 0) outlineLater(0);
});
