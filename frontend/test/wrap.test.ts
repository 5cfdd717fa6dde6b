import { describe, expect, it } from 'vitest';
import { OutputBuffer } from '../src/output/buffer';
import { findAll } from '../src/output/search';
import { cellWidth, lineAt, placesOf, rowStarts, wrap } from '../src/output/wrap';
import { cutAt } from '../src/output/cut';

const plain = (text: string) => [{ text, style: {} }];
const rows = (text: string, columns: number) => wrap(plain(text), columns).map((row) => row.map((piece) => piece.text).join(''));

describe('wrapping', () => {
  it('cuts at the width of the pane', () => {
    expect(rows('abcdefgh', 3)).toEqual(['abc', 'def', 'gh']);
    expect(rows('abc', 3)).toEqual(['abc']);
    expect(rows('', 3)).toEqual(['']);
  });

  it('counts wide characters twice and combining ones not at all', () => {
    expect(cellWidth('日')).toBe(2);
    expect(cellWidth('😀')).toBe(2);
    expect(cellWidth('\u0301')).toBe(0);
    expect(rows('日本語', 4)).toEqual(['日本', '語']);
    expect(rows('e\u0301e\u0301', 2)).toEqual(['e\u0301e\u0301']);
  });

  it('sets tabs at every eighth column', () => {
    expect(rows('a\tb', 80)).toEqual(['a       b']);
  });

  it('keeps the styles over a cut', () => {
    expect(wrap([{ text: 'ab', style: { fg: '1' } }, { text: 'cd', style: { bold: true } }], 3)).toEqual([
      [
        { text: 'ab', style: { fg: '1' } },
        { text: 'c', style: { bold: true } },
      ],
      [{ text: 'd', style: { bold: true } }],
    ]);
  });
});

it('finds the line of every row', () => {
  const buffer = new OutputBuffer();
  buffer.write('abcdef\n\nxy');
  const starts = rowStarts(buffer.lines, 3);
  expect([...starts]).toEqual([0, 2, 3, 4]);
  expect([0, 1, 2, 3].map((row) => lineAt(starts, row))).toEqual([0, 0, 1, 2]);
});

describe('search', () => {
  const lines = (() => {
    const buffer = new OutputBuffer();
    buffer.write('one Two two\nTWO');
    return buffer.lines;
  })();

  it('ignores case for small letters', () => {
    expect(findAll(lines, 'two')).toEqual([
      { line: 0, from: 4, to: 7 },
      { line: 0, from: 8, to: 11 },
      { line: 1, from: 0, to: 3 },
    ]);
  });

  it('minds case as soon as there is a capital', () => {
    expect(findAll(lines, 'Two')).toEqual([{ line: 0, from: 4, to: 7 }]);
  });

  it('marks exactly what was found, over the border of two pieces', () => {
    const marked = cutAt(
      [
        { text: 'on', style: {} },
        { text: 'e two', style: { bold: true } },
      ],
      [{ from: 1, to: 4, current: true }],
    );
    expect(marked.filter(({ mark }) => mark).map(({ piece }) => piece.text)).toEqual(['n', 'e ']);
    expect(marked.map(({ piece }) => piece.text).join('')).toBe('one two');
  });
});

it('places are found over the border of two rows, and cut out of each', () => {
  const laid = wrap([{ text: '\tat src/A.hs:3:5 in main', style: {} }], 20);
  const [place] = placesOf(laid);
  expect(place).toMatchObject({ path: 'src/A.hs', line: 3, column: 5, from: 11 });
  const rows = laid.map((pieces, row) =>
    cutAt(pieces, [], [{ from: place!.from - row * 20, to: place!.to - row * 20, place: place! }]),
  );
  expect(rows.map((cuts) => cuts.filter(({ way }) => way).map(({ piece }) => piece.text))).toEqual([['src/A.hs:'], ['3:5']]);
  expect(placesOf(wrap([{ text: `${'x'.repeat(9_000)} A.hs:1:1`, style: {} }], 20))).toEqual([]);
});
