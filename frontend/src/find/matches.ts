// What is looked for, and where it stands in a text. Plain data in, plain data out.

import { LETTER } from '../lib/names';

export interface Query { text: string; regexp: boolean; caseSensitive: boolean; word: boolean }
/** A place in a line, counted from 0, with the line as it was and what takes its place. */
export interface Match { line: number; from: number; to: number; whole: string; replacement: string }
export interface FileMatches { path: string; matches: readonly Match[] }

const SIGNS = /[.*+?^${}()|[\]\\]/g;

/** The query as an expression for one line; null: it is not one. */
export function patternOf({ text, regexp, caseSensitive, word }: Query): RegExp | null {
  const body = regexp ? text : text.replace(SIGNS, '\\$&');
  try {
    return new RegExp(word ? `(?<!${LETTER})(?:${body})(?!${LETTER})` : body, caseSensitive ? 'gu' : 'giu');
  } catch {
    return null;
  }
}

/** `$1`, `$&` and `$$` mean what they mean everywhere; a text that is no expression is taken as it is. */
function replacementOf(found: RegExpExecArray, template: string, regexp: boolean): string {
  if (!regexp) return template;
  return template.replace(/\$(\$|&|\d{1,2})|\\([nt\\])/g, (whole, sign: string | undefined, escaped: string | undefined) => {
    if (escaped !== undefined) return { n: '\n', t: '\t', '\\': '\\' }[escaped]!;
    if (sign === '$') return '$';
    return sign === '&' ? found[0] : (found[Number(sign)] ?? (Number(sign) < found.length ? '' : whole));
  });
}

/** At most `limit` places, in their order; empty ones are not told. */
export function matchesIn(text: string, query: Query, template: string, limit: number): Match[] {
  const pattern = patternOf(query);
  const result: Match[] = [];
  if (!pattern || !query.text) return result;
  for (const [line, whole] of text.split(/\r\n?|\n/).entries()) {
    for (const found of whole.matchAll(pattern)) {
      if (found[0] === '') continue;
      if (result.length >= limit) return result;
      const to = found.index + found[0].length;
      result.push({ line, from: found.index, to, whole, replacement: replacementOf(found, template, query.regexp) });
    }
  }
  return result;
}

/** Those that still stand where they were found. */
export function still(matches: readonly Match[], lines: readonly string[]): Match[] {
  return matches.filter(({ line, whole }) => lines[line] === whole);
}

const BEFORE = 30;

/** A match's line for a list: cut at the left so that the match is in view. */
export function shownLine({ whole, from, to }: Match): [before: string, found: string, after: string] {
  const before = whole.slice(0, from).trimStart();
  const cut = before.length > BEFORE ? `…${before.slice(-BEFORE)}` : before;
  return [cut, whole.slice(from, to), whole.slice(to, to + 200)];
}
