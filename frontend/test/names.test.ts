// Names and operators in letters of any script are seen as what they are.

import { highlightTree } from '@lezer/highlight';
import { expect, it } from 'vitest';
import { haskellLanguage } from '../src/editor/haskell';
import { template } from '../src/workspace/template';
import { kinds } from './highlighted';

function highlighted(text: string): string[] {
  const found: string[] = [];
  highlightTree(haskellLanguage.parser.parse(text), kinds, (from, to, kind) => found.push(`${kind} ${text.slice(from, to)}`));
  return found;
}

it.each([
  ['Ünï.größe', ['module Ünï.', 'name größe']],
  ['Привет.мир Тип', ['module Привет.', 'name мир', 'type Тип']],
  ['größe naïve', ['name größe', 'name naïve']],
  ['ä ∷ Ä → é', ['name ä', 'name ∷', 'type Ä', 'name →', 'name é']],
  ['a ⊕ b', ['name a', 'name ⊕', 'name b']],
  ['{- Ünï -} "größe" -- Ä', ['comment {- Ünï -}', 'text "größe"', 'comment -- Ä']],
  ['«x»', ['wrong «', 'name x»']],
])('%s', (text, found) => {
  expect(highlighted(text)).toEqual(found);
});

it.each([
  ['src/Ünï/Wörter.hs', 'module Ünï.Wörter where\n\n'],
  ['src/Привет.hs', 'module Привет where\n\n'],
  ['src/größe/A.hs', 'module A where\n\n'],
])('a new %s begins with its module', (path, text) => {
  expect(template(path)).toBe(text);
});
