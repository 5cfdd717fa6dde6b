import { expect, it } from 'vitest';
import { splitArguments } from '../src/runs/arguments';

it.each([
  ['', []],
  ['  a  b ', ['a', 'b']],
  ['--name "Ada Lovelace" 42', ['--name', 'Ada Lovelace', '42']],
  ["'a b'c", ['a bc']],
  ['a\\ b', ['a b']],
  ['""', ['']],
  ['"unfinished word', ['unfinished word']],
])('splits %j', (line, words) => expect(splitArguments(line)).toEqual(words));
