import { expect, it } from 'vitest';
import { tell } from '../src/shell/unkept';

const MB = 2 ** 20;
const at = Date.UTC(2026, 0, 1) / 1000;
const now = new Date('2026-01-01T02:00:00Z');
const files = [5, 4, 3, 2].map((size) => ({ path: `${size}.bin`, bytes: size * MB }));

it('names the one file that was not kept', () => {
  const told = tell({ count: 1, bytes: 40 * MB, files: [{ path: 'big.bin', bytes: 40 * MB }], at, reason: null }, false, now);
  expect(told.said).toBe('A file that a program wrote was not kept when the session slept or moved (2 hours ago):');
  expect(told.named.map((each) => each.path)).toEqual(['big.bin']);
  expect(told.rest).toBe('.');
  expect(told.advice).toContain('up to 32 MB');
});

it('names the first few of many, and says how many more there are and how large all are', () => {
  const told = tell({ count: 1200, bytes: 90 * MB, files, at, reason: null }, false, now);
  expect(told.said).toContain('1,200 files that programs wrote were not kept');
  expect(told.named.map((each) => each.path)).toEqual(['5.bin', '4.bin', '3.bin']);
  expect(told.rest).toBe(' and 1,197 more, 90 MB in all.');
});

it('names all that are known where somebody asks for them', () => {
  const told = tell({ count: 4, bytes: 14 * MB, files, at, reason: null }, true, now);
  expect(told.named).toHaveLength(4);
  expect(told.rest).toBe(', 14 MB in all.');
});

it('gives the reason where more is gone than could be counted', () => {
  const told = tell({ count: 0, bytes: 0, files: [], at, reason: 'All of it is gone.' }, false, now);
  expect(told).toEqual({ said: 'All of it is gone.', named: [], rest: '', advice: 'It was 2 hours ago. Run the program again to have it anew.' });
});
