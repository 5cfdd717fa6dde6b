import { ChangeSet, Text } from '@codemirror/state';
import { expect, it } from 'vitest';
import { contentChanges, differences } from '../src/workspace/changes';

const LETTERS = ['a', 'b', '\n', 'é', '😀', '😁', '𝒞'];

/** Texts of a few letters, the same ones at each run. */
function texts(count: number): string[] {
  let seed = 7;
  const next = (below: number) => (seed = (seed * 48271) % 2147483647) % below;
  return Array.from({ length: count }, () => Array.from({ length: next(7) }, () => LETTERS[next(LETTERS.length)]).join(''));
}

it('finds changes that make one text of the other and cuts no letter', () => {
  const all = texts(60);
  for (const before of all) {
    for (const after of all) {
      const changes = ChangeSet.of(differences(before, after), before.length);
      expect(changes.apply(Text.of(before.split('\n'))).toString()).toBe(after);
      changes.iterChanges((from, to, _from, _to, inserted) => {
        const parts = [before.slice(0, from), before.slice(from, to), inserted.toString(), before.slice(to)];
        expect(/\p{Cs}/u.test(parts.join('\n'))).toBe(false);
      });
    }
  }
});

it('leaves out what is alike', () => {
  expect(differences('one two three', 'one 2 three')).toEqual([{ from: 4, to: 7, insert: '2' }]);
  expect(differences('aaa', 'aa')).toHaveLength(1);
  expect(differences('same', 'same')).toEqual([]);
  expect(differences('a = 1\nb = 2\nc = 3', 'a = 9\nb = 2\nc = 8')).toHaveLength(2);
});

it('is told to the server as one change', () => {
  const before = Text.of(['module Main where', '', 'main = print 1']);
  const changes = differences(before.toString(), before.toString().replace('print 1', 'print 12'));
  expect(contentChanges(before, ChangeSet.of(changes, before.length))).toEqual([
    { range: { start: { line: 2, character: 14 }, end: { line: 2, character: 14 } }, text: '2' },
  ]);
});
