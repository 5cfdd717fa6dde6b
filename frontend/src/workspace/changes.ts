// Editor positions and changes ⇄ those of the Language Server Protocol. A position counts UTF-16 units, as the editor does.

import type { ChangeSet, Text } from '@codemirror/state';
import type { Position, Range } from '../protocol';

export interface ContentChange { range: Range; text: string }

export function toPosition(doc: Text, offset: number): Position {
  const line = doc.lineAt(offset);
  return { line: line.number - 1, character: offset - line.from };
}

/** The offset of a position; what lies outside of the text is moved to its nearest place. */
export function toOffset(doc: Text, position: Position): number {
  if (position.line >= doc.lines) return doc.length;
  const line = doc.line(Math.max(1, position.line + 1));
  return Math.min(line.from + Math.max(0, position.character), line.to);
}

/** The one stretch in which two texts differ; no letter of two units is cut. */
export function difference(before: string, after: string): { from: number; to: number; insert: string } {
  const most = Math.min(before.length, after.length);
  let from = 0;
  while (from < most && before[from] === after[from]) from += 1;
  if (isHigh(before.charCodeAt(from - 1))) from -= 1;
  let same = 0;
  while (same < most - from && before.at(-1 - same) === after.at(-1 - same)) same += 1;
  if (isLow(before.charCodeAt(before.length - same))) same -= 1;
  return { from, to: before.length - same, insert: after.slice(from, after.length - same) };
}

const isHigh = (unit: number) => unit >= 0xd800 && unit < 0xdc00;
const isLow = (unit: number) => unit >= 0xdc00 && unit < 0xe000;

/** The changes in the order in which they can be applied one after the other: the last in the text first. */
export function contentChanges(before: Text, changes: ChangeSet): ContentChange[] {
  const result: ContentChange[] = [];
  changes.iterChanges((fromA, toA, _fromB, _toB, inserted) => {
    result.push({
      range: { start: toPosition(before, fromA), end: toPosition(before, toA) },
      text: inserted.toString(),
    });
  });
  return result.reverse();
}
