import { describe, expect, it } from 'vitest';
import { AnsiParser, paletteColour } from '../src/output/ansi';

const parse = (...parts: string[]) => {
  const parser = new AnsiParser();
  return parts.flatMap((part) => parser.parse(part));
};

describe('colours', () => {
  it('are kept until they are reset', () => {
    expect(parse('a\x1b[31mb\x1b[1mc\x1b[0md')).toEqual([
      { text: 'a', style: {} },
      { text: 'b', style: { fg: '1' } },
      { text: 'c', style: { fg: '1', bold: true } },
      { text: 'd', style: {} },
    ]);
  });

  it('of 256 and of 24 bits become hex', () => {
    expect(parse('\x1b[38;5;196mx\x1b[48;2;1;2;3my').map((piece) => piece.style)).toEqual([
      { fg: '#ff0000' },
      { fg: '#ff0000', bg: '#010203' },
    ]);
    expect(paletteColour(9)).toBe('9');
    expect(paletteColour(255)).toBe('#eeeeee');
  });

  it('are taken off one by one', () => {
    expect(parse('\x1b[1;3;4;31;42mx\x1b[22;23;24;39;49my').at(-1)).toEqual({ text: 'y', style: {} });
  });

  it('survive a cut anywhere in their sequence', () => {
    const whole = 'a\x1b[38;5;196mb\x1b]0;title\x07c\x1b[0md';
    for (let at = 0; at <= whole.length; at += 1) {
      const pieces = parse(whole.slice(0, at), whole.slice(at));
      expect(pieces.map((piece) => piece.text).join('')).toBe('abcd');
      expect(pieces.find((piece) => piece.text.includes('b'))?.style).toEqual({ fg: '#ff0000' });
    }
  });
});

describe('everything else of ANSI', () => {
  it.each([
    ['cursor movement', '\x1b[2J\x1b[1;1Htext\x1b[K', 'text'],
    ['window titles and clipboard writes', '\x1b]0;title\x07te\x1b]52;c;aGk=\x1b\\xt', 'text'],
    ['device control strings', '\x1bPq#0;2\x1b\\text', 'text'],
    ['character sets', '\x1b(Btext\x1b=', 'text'],
    ['private modes', '\x1b[?25ltext\x1b[?25h', 'text'],
    ['control characters', 'te\x07\x00xt\x7f', 'text'],
    ['a broken sequence', '\x1b[31\x01mtext', '[31mtext'],
  ])('is dropped: %s', (_name, input, expected) => {
    expect(parse(input).map((piece) => piece.text).join('')).toBe(expected);
  });

  it('never holds back text behind a sequence that does not end', () => {
    const pieces = parse(`\x1b]0;${'x'.repeat(5000)}`, 'more');
    expect(pieces.map((piece) => piece.text).join('')).toContain('more');
  });

  it('leaves markup as text', () => {
    expect(parse('<img src=x onerror=alert(1)>')).toEqual([{ text: '<img src=x onerror=alert(1)>', style: {} }]);
  });
});
