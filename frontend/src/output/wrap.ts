// Lines → rows of a fixed height, so that any amount of output scrolls smoothly. Pure but for a cache.

import { type Place, placesIn } from '../lib/places';
import type { Piece } from './ansi';
import type { Line } from './buffer';

const SIMPLE = /^[\x20-\x7e]*$/;
const NOTHING_WIDE = /\p{M}|\p{Cf}/u;
const TAB = 8;

/** Columns that a character takes in a monospaced grid. */
export function cellWidth(char: string): 0 | 1 | 2 {
  const code = char.codePointAt(0)!;
  if (code < 0x300) return 1;
  if (NOTHING_WIDE.test(char)) return 0;
  const wide =
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0x303e) ||
    (code >= 0x3041 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x1f300 && code <= 0x1faff) ||
    (code >= 0x20000 && code <= 0x3fffd);
  return wide ? 2 : 1;
}

class Rows {
  readonly rows: Piece[][] = [[]];
  private column = 0;

  constructor(private readonly columns: number) {}

  simple(piece: Piece): void {
    for (let at = 0; at < piece.text.length; ) {
      if (this.column >= this.columns) this.next();
      const part = piece.text.slice(at, at + this.columns - this.column);
      this.put(part, piece);
      this.column += part.length;
      at += part.length;
    }
  }

  any(piece: Piece): void {
    let part = '';
    for (const char of piece.text) {
      const text = char === '\t' ? ' '.repeat(TAB - (this.column % TAB)) : char;
      const width = char === '\t' ? text.length : cellWidth(char);
      if (this.column + width > this.columns) {
        this.put(part, piece);
        part = '';
        this.next();
      }
      part += text;
      this.column += width;
    }
    this.put(part, piece);
  }

  private put(text: string, piece: Piece): void {
    if (text) this.rows.at(-1)!.push({ text, style: piece.style });
  }

  private next(): void {
    this.rows.push([]);
    this.column = 0;
  }
}

export function wrap(pieces: readonly Piece[], columns: number): Piece[][] {
  const rows = new Rows(Math.max(1, columns));
  for (const piece of pieces) {
    if (SIMPLE.test(piece.text)) rows.simple(piece);
    else rows.any(piece);
  }
  return rows.rows;
}

const cache = new WeakMap<Line, { version: number; columns: number; rows: Piece[][] }>();

/** The line's rows; laid out again only when it changed or the pane has another width. */
export function rowsOf(line: Line, columns: number): Piece[][] {
  const known = cache.get(line);
  if (known?.version === line.version && known.columns === columns) return known.rows;
  const rows = wrap(line.pieces, columns);
  cache.set(line, { version: line.version, columns, rows });
  return rows;
}

/** A longer line is no message. */
const READ_CHARS = 2_000;
const NONE: readonly Place[] = [];
const places = new WeakMap<Piece[][], readonly Place[]>();

/** The places that a line's rows name. */
export function placesOf(laid: Piece[][]): readonly Place[] {
  const known = places.get(laid);
  if (known) return known;
  const text = laid.flat().map((piece) => piece.text).join('');
  const found = text.length > READ_CHARS ? NONE : placesIn(text);
  places.set(laid, found);
  return found;
}

/** For each line the number of rows before it; the last number is that of all rows. */
export function rowStarts(lines: readonly Line[], columns: number): Uint32Array {
  const starts = new Uint32Array(lines.length + 1);
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at]!;
    starts[at + 1] = starts[at]! + (line.length === 0 ? 1 : rowsOf(line, columns).length);
  }
  return starts;
}

/** The line that a row belongs to. */
export function lineAt(starts: Uint32Array, row: number): number {
  let low = 0;
  let high = starts.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= row) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}
