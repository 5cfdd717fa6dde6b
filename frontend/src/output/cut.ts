// Pieces of a row, cut where something is found or leads somewhere. Pure.

import type { Place } from '../lib/places';
import type { Piece } from './ansi';

export interface Highlight { from: number; to: number; current: boolean }
/** A stretch of the row that leads to a place; a place may go on in the next row. */
export interface Way { from: number; to: number; place: Place }
export interface Cut { piece: Piece; mark: Highlight | null; way: Way | null }

/** Cuts the pieces at the borders of the highlights and ways. */
export function cutAt(pieces: readonly Piece[], highlights: readonly Highlight[], ways: readonly Way[] = []): Cut[] {
  const result: Cut[] = [];
  let column = 0;
  for (const piece of pieces) {
    const end = column + piece.text.length;
    const borders = new Set([column, end]);
    for (const { from, to } of [...highlights, ...ways]) {
      for (const border of [from, to]) if (border > column && border < end) borders.add(border);
    }
    const sorted = [...borders].sort((a, b) => a - b);
    for (let at = 0; at + 1 < sorted.length; at += 1) {
      const [from, to] = [sorted[at]!, sorted[at + 1]!];
      const around = (each: { from: number; to: number }) => each.from <= from && each.to >= to;
      const part = { text: piece.text.slice(from - column, to - column), style: piece.style };
      result.push({ piece: part, mark: highlights.find(around) ?? null, way: ways.find(around) ?? null });
    }
    column = end;
  }
  return result;
}
