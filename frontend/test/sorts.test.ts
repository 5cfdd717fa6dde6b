import { expect, it } from 'vitest';
import { imageType, textOf } from '../src/files/sorts';

const bytes = (text: string) => new TextEncoder().encode(text);

it('knows pictures by the names of their files', () => {
  expect(['a.png', 'out/plot.SVG', 'x.jpeg', 'png', 'a.png.txt', '.svg/notes'].map(imageType)).toEqual([
    'image/png',
    'image/svg+xml',
    'image/jpeg',
    null,
    null,
    null,
  ]);
});

it('joins a letter that lies in two pieces', () => {
  const whole = bytes('1 €\n');
  expect(textOf([whole.slice(0, 3), whole.slice(3)], true)).toBe('1 €\n');
});

it('leaves out a letter that a beginning cuts in two', () => {
  const cut = bytes('1 €').slice(0, 4);
  expect(textOf([cut], false)).toBe('1 ');
  expect(textOf([cut], true)).toBeNull();
});

it('takes for no text what is none', () => {
  expect(textOf([Uint8Array.of(0xff, 0xfe)], true)).toBeNull();
  expect(textOf([bytes('a\0b')], true)).toBeNull();
  expect(textOf([], true)).toBe('');
});
