// A run's output as lines of styled pieces, bounded: the oldest lines leave the view, the text stays for download.

import { signal } from '@preact/signals';
import { nextFrame } from '../lib/frame';
import { AnsiParser, type Piece, type Style } from './ansi';

const KEPT_LINES = 20_000;
const KEPT_CHARS = 4 * 1024 * 1024;
/** A line longer than this goes on in the next one. */
const LINE_CHARS = 64 * 1024;
const RAW_CHARS = 16 * 1024 * 1024;

export class Line {
  pieces: Piece[] = [];
  length = 0;
  /** Counts up with each change, so that views know what to lay out anew. */
  version = 0;

  get text(): string {
    return this.pieces.map((piece) => piece.text).join('');
  }
}

const sameStyle = (a: Style, b: Style) => a === b || JSON.stringify(a) === JSON.stringify(b);

export class OutputBuffer {
  /** Counts up with each change, at most once a frame. */
  readonly version = signal(0);
  lines: Line[] = [new Line()];
  /** What left the view at its top. */
  droppedLines = 0;
  droppedChars = 0;
  private chars = 0;
  private column: number | null = null; // after a carriage return: where in the line text is put
  private readonly raw: string[] = [];
  private rawChars = 0;
  /** What is too long ago for a download, too. */
  droppedRaw = 0;
  private readonly parsers = { out: new AnsiParser(), err: new AnsiParser() };
  private scheduled = false;

  get isEmpty(): boolean {
    return this.droppedLines === 0 && this.lines.length === 1 && this.lines[0]!.length === 0;
  }

  /** Whether the last line has text and no end: a prompt, most likely. */
  get endsWithinLine(): boolean {
    return this.lines.at(-1)!.length > 0;
  }

  write(text: string, stderr = false): void {
    this.keepRaw(text);
    for (const piece of this.parsers[stderr ? 'err' : 'out'].parse(text)) {
      this.put(piece.text, stderr ? { ...piece.style, stderr: true } : piece.style);
    }
    this.trim();
    this.changed();
  }

  /** Shows what the user typed where the program's pipe does not. */
  echo(text: string): void {
    this.keepRaw(text);
    this.put(text, { typed: true });
    this.changed();
  }

  /** A line of ours, between those of the program. */
  note(sentence: string): void {
    if (this.endsWithinLine) this.newLine();
    this.put(`… ${sentence} …`, { dim: true });
    this.newLine();
    this.changed();
  }

  end(): void {
    this.changed();
  }

  clear(): void {
    this.lines = [new Line()];
    this.droppedLines = this.droppedChars = this.droppedRaw = this.chars = 0;
    this.column = null;
    this.raw.length = this.rawChars = 0;
    this.changed();
  }

  /** Everything that came but `droppedRaw` at its beginning, escape sequences included. */
  get rawParts(): readonly string[] {
    return this.raw;
  }

  get text(): string {
    return this.lines.map((line) => line.text).join('\n');
  }

  private keepRaw(text: string): void {
    this.raw.push(text);
    this.rawChars += text.length;
    while (this.rawChars > RAW_CHARS && this.raw.length > 1) {
      const { length } = this.raw.shift()!;
      this.rawChars -= length;
      this.droppedRaw += length;
    }
  }

  private put(text: string, style: Style): void {
    // eslint-disable-next-line no-control-regex
    for (const part of text.split(/(\r\n|\n|\r|\x08)/)) {
      if (part === '\n' || part === '\r\n') this.newLine();
      else if (part === '\r') this.column = 0;
      else if (part === '\x08') this.column = Math.max(0, (this.column ?? this.lines.at(-1)!.length) - 1);
      else if (part) this.putInLine(part, style);
    }
  }

  private putInLine(text: string, style: Style): void {
    for (let rest = text; rest; ) {
      const line = this.lines.at(-1)!;
      const room = LINE_CHARS - (this.column ?? line.length);
      if (room <= 0) {
        this.newLine();
        continue;
      }
      const part = rest.slice(0, room);
      rest = rest.slice(room);
      if (this.column === null) this.append(line, part, style);
      else this.overwrite(line, part, style);
    }
  }

  private append(line: Line, text: string, style: Style): void {
    const last = line.pieces.at(-1);
    if (last && sameStyle(last.style, style)) last.text += text;
    else line.pieces.push({ text, style });
    line.length += text.length;
    line.version += 1;
    this.chars += text.length;
  }

  /** Text after a carriage return takes the place of what stands there, as in a progress bar. */
  private overwrite(line: Line, text: string, style: Style): void {
    const from = this.column ?? 0;
    const old = line.pieces;
    this.chars -= line.length;
    line.pieces = [];
    line.length = 0;
    for (const piece of slice(old, 0, from)) this.append(line, piece.text, piece.style);
    this.append(line, text, style);
    for (const piece of slice(old, from + text.length, Infinity)) this.append(line, piece.text, piece.style);
    const end = from + text.length;
    this.column = end === line.length ? null : end;
  }

  private newLine(): void {
    this.lines.push(new Line());
    this.column = null;
    this.chars += 1;
  }

  private trim(): void {
    if (this.lines.length <= KEPT_LINES && this.chars <= KEPT_CHARS) return;
    let count = 0;
    let chars = 0;
    // A tenth more than needed, so that it is not done again for every line.
    while (
      this.lines.length - count > 1 &&
      (this.lines.length - count > KEPT_LINES * 0.9 || this.chars - chars > KEPT_CHARS * 0.9)
    ) {
      chars += this.lines[count]!.length + 1;
      count += 1;
    }
    this.lines.splice(0, count);
    this.droppedLines += count;
    this.droppedChars += chars;
    this.chars -= chars;
  }

  private changed(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    nextFrame(() => {
      this.scheduled = false;
      this.version.value += 1;
    });
  }
}

/** The pieces between two columns. */
export function slice(pieces: readonly Piece[], from: number, to: number): Piece[] {
  const result: Piece[] = [];
  let at = 0;
  for (const piece of pieces) {
    const text = piece.text.slice(Math.max(0, from - at), Math.max(0, to - at));
    if (text) result.push({ text, style: piece.style });
    at += piece.text.length;
    if (at >= to) break;
  }
  return result;
}
