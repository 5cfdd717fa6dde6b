import { ChangeSet, Text } from '@codemirror/state';
import { expect, it } from 'vitest';
import { contentChanges, difference } from '../src/workspace/changes';

const LETTERS = ['a', 'b', '\n', 'é', '😀', '😁', '𝒞'];

/** Texts of a few letters, the same ones at each run. */
function texts(count: number): string[] {
  let seed = 7;
  const next = (below: number) => (seed = (seed * 48271) % 2147483647) % below;
  return Array.from({ length: count }, () => Array.from({ length: next(7) }, () => LETTERS[next(LETTERS.length)]).join(''));
}

it('finds a stretch that makes one text of the other and cuts no letter', () => {
  const all = texts(60);
  for (const before of all) {
    for (const after of all) {
      const { from, to, insert } = difference(before, after);
      expect(before.slice(0, from) + insert + before.slice(to)).toBe(after);
      expect(/\p{Cs}/u.test([before.slice(0, from), before.slice(from, to), insert].join('\n'))).toBe(false);
    }
  }
});

it('leaves out what is alike', () => {
  expect(difference('one two three', 'one 2 three')).toEqual({ from: 4, to: 7, insert: '2' });
  expect(difference('aaa', 'aa')).toEqual({ from: 2, to: 3, insert: '' });
  expect(difference('same', 'same')).toMatchObject({ insert: '' });
});

it('is told to the server as one change', () => {
  const before = Text.of(['module Main where', '', 'main = print 1']);
  const change = difference(before.toString(), before.toString().replace('print', 'putStr'));
  expect(contentChanges(before, ChangeSet.of(change, before.length))).toEqual([
    { range: { start: { line: 2, character: 8 }, end: { line: 2, character: 12 } }, text: 'utStr' },
  ]);
});
