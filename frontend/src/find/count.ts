// How many places a query finds in a text, and which of them is selected.

import type { SearchQuery } from '@codemirror/search';
import type { EditorState } from '@codemirror/state';

export interface Count { total: number; at: number | null; more: boolean }

const MOST = 5_000;
const PATIENCE_MS = 15;

/** Counts until it took too long: then there are `more`. */
export function countMatches(state: EditorState, query: SearchQuery): Count {
  const { from, to } = state.selection.main;
  const cursor = query.getCursor(state);
  const began = performance.now();
  let total = 0;
  let at: number | null = null;
  for (let next = cursor.next(); !next.done; next = cursor.next()) {
    total += 1;
    if (next.value.from === from && next.value.to === to) at = total;
    if (total >= MOST || (total % 100 === 0 && performance.now() - began > PATIENCE_MS)) return { total, at, more: true };
  }
  return { total, at, more: false };
}

export function countWords(query: SearchQuery, count: Count): string {
  if (!query.search) return '';
  if (!query.valid) return 'not a regular expression';
  if (count.total === 0) return 'none';
  const total = `${count.total.toLocaleString('en')}${count.more ? '+' : ''}`;
  return count.at === null ? total : `${count.at.toLocaleString('en')} of ${total}`;
}
