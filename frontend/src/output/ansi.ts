// Text with ANSI colours → styled pieces. Colours and weights are kept; every other escape sequence is dropped.

export interface Style {
  fg?: string; // "0".."15", or "#rrggbb"
  bg?: string;
  bold?: boolean;
  dim?: boolean;
  italic?: boolean;
  underline?: boolean;
  inverse?: boolean;
  stderr?: boolean;
  /** What the user typed, shown among the output. */
  typed?: boolean;
}

export interface Piece { text: string; style: Style }

const PLAIN: Style = {};
const LEVELS = [0, 95, 135, 175, 215, 255];
const hex = (red: number, green: number, blue: number) =>
  `#${[red, green, blue].map((each) => Math.min(255, Math.max(0, each || 0)).toString(16).padStart(2, '0')).join('')}`;

/** A number of the 256-colour palette. */
export function paletteColour(index: number): string {
  if (index < 16) return String(index);
  if (index >= 232) return hex(8 + (index - 232) * 10, 8 + (index - 232) * 10, 8 + (index - 232) * 10);
  const cube = index - 16;
  return hex(LEVELS[Math.floor(cube / 36)]!, LEVELS[Math.floor(cube / 6) % 6]!, LEVELS[cube % 6]!);
}

const FLAGS: Record<number, Partial<Style>> = {
  1: { bold: true }, 2: { dim: true }, 3: { italic: true }, 4: { underline: true }, 7: { inverse: true },
};
const RESETS: Record<number, (keyof Style)[]> = {
  22: ['bold', 'dim'], 23: ['italic'], 24: ['underline'], 27: ['inverse'], 39: ['fg'], 49: ['bg'],
};

function without(style: Style, names: readonly (keyof Style)[]): Style {
  return Object.fromEntries(Object.entries(style).filter(([name]) => !names.includes(name as keyof Style)));
}

/** 38 or 48 with what follows it; says how many codes it took. */
function extended(codes: readonly number[], at: number): { colour: string | null; taken: number } {
  if (codes[at + 1] === 5) return { colour: paletteColour(Math.min(255, codes[at + 2] ?? 0)), taken: 2 };
  if (codes[at + 1] === 2) return { colour: hex(codes[at + 2] ?? 0, codes[at + 3] ?? 0, codes[at + 4] ?? 0), taken: 4 };
  return { colour: null, taken: codes.length };
}

/** The style after the codes of one `ESC [ … m`. */
export function applySgr(style: Style, codes: readonly number[]): Style {
  let next = style;
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at]!;
    if (code === 0) next = PLAIN;
    else if (FLAGS[code]) next = { ...next, ...FLAGS[code] };
    else if (RESETS[code]) next = without(next, RESETS[code]);
    else if (code >= 30 && code <= 37) next = { ...next, fg: String(code - 30) };
    else if (code >= 90 && code <= 97) next = { ...next, fg: String(code - 82) };
    else if (code >= 40 && code <= 47) next = { ...next, bg: String(code - 40) };
    else if (code >= 100 && code <= 107) next = { ...next, bg: String(code - 92) };
    else if (code === 38 || code === 48) {
      const { colour, taken } = extended(codes, at);
      if (colour !== null) next = { ...next, [code === 38 ? 'fg' : 'bg']: colour };
      at += taken;
    }
  }
  return next;
}

// One complete escape sequence: CSI, a string (OSC, DCS, APC, PM, SOS), or two characters.
// eslint-disable-next-line no-control-regex
const SEQUENCE = /^\x1b(?:\[([0-?]*)[ -/]*([@-~])|[\]PX^_][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)|[ -/]*[0-OQ-WYZ`-~])/;
// The beginning of one whose end may still come.
// eslint-disable-next-line no-control-regex
const UNFINISHED = /^\x1b(?:\[[0-?]*[ -/]*|[\]PX^_][^\x07\x1b\x9c]*\x1b?|[ -/]*)?$/;
const LONGEST_SEQUENCE = 4096;

/** Keeps style and half sequences between one call and the next. */
export class AnsiParser {
  private style: Style = PLAIN;
  private rest = '';

  parse(text: string): Piece[] {
    const pieces: Piece[] = [];
    let input = this.rest + text;
    this.rest = '';
    for (let at = input.indexOf('\x1b'); at >= 0; at = input.indexOf('\x1b')) {
      this.push(pieces, input.slice(0, at));
      input = input.slice(at);
      const found = SEQUENCE.exec(input);
      if (found) {
        this.apply(found);
        input = input.slice(found[0].length);
      } else if (input.length < LONGEST_SEQUENCE && UNFINISHED.test(input)) {
        this.rest = input;
        return pieces;
      } else {
        input = input.slice(1);
      }
    }
    this.push(pieces, input);
    return pieces;
  }

  private apply(found: RegExpExecArray): void {
    if (found[2] !== 'm' || /[<=>?]/.test(found[1] ?? '')) return;
    this.style = applySgr(this.style, (found[1] ?? '').split(/[;:]/).map(Number));
  }

  private push(pieces: Piece[], text: string): void {
    // eslint-disable-next-line no-control-regex
    const visible = text.replace(/[\u0000-\u0007\u000b\u000c\u000e-\u001f\u007f\u0080-\u009f]/g, '');
    if (visible) pieces.push({ text: visible, style: this.style });
  }
}
