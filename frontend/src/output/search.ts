// Finding text in the output. Pure.

import type { Line } from './buffer';

export interface Found { line: number; from: number; to: number }

const MOST = 5_000;

/** Every place of `query`, ignoring case unless it has a capital letter. */
export function findAll(lines: readonly Line[], query: string): Found[] {
  const found: Found[] = [];
  if (!query) return found;
  const exact = query !== query.toLowerCase();
  const wanted = exact ? query : query.toLowerCase();
  for (let line = 0; line < lines.length && found.length < MOST; line += 1) {
    const text = exact ? lines[line]!.text : lines[line]!.text.toLowerCase();
    for (let at = text.indexOf(wanted); at >= 0 && found.length < MOST; at = text.indexOf(wanted, at + wanted.length)) {
      found.push({ line, from: at, to: at + wanted.length });
    }
  }
  return found;
}
