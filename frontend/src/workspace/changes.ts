// Editor positions and changes ⇄ those of the Language Server Protocol. A position counts UTF-16 units, as the editor does.

import { diff } from '@codemirror/merge';
import type { ChangeSet, ChangeSpec, Text } from '@codemirror/state';
import type { Position, Range } from '../protocol';

/** Of the work that goes into a difference; `timeout` in milliseconds. */
const LIMITS = { scanLimit: 500, timeout: 50 };

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

/** What makes one text of the other, so that what lies between stays; coarse where they have little in common. */
export const differences = (before: string, after: string): ChangeSpec[] =>
  diff(before, after, LIMITS).map(({ fromA, toA, fromB, toB }) => ({ from: fromA, to: toA, insert: after.slice(fromB, toB) }));

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
