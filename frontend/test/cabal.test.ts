// What a package description is highlighted as.

import { type Language, StreamLanguage } from '@codemirror/language';
import { highlightTree } from '@lezer/highlight';
import { expect, it } from 'vitest';
import { languageOf } from '../src/editor/haskell';
import { kinds } from './highlighted';

async function highlighted(path: string, text: string): Promise<string[]> {
  const { language } = (await languageOf(path)) as unknown as { language: Language };
  expect(language).toBeInstanceOf(StreamLanguage);
  const found: string[] = [];
  highlightTree(language.parser.parse(text), kinds, (from, to, kind) => found.push(`${kind} ${text.slice(from, to)}`));
  return found;
}

it.each([
  ['name: thing', ['field name', 'sign :']],
  ['Build-Depends:\n    base >=4.18 && <5\n  , text ^>=2.0.1\n  , mtl ==2.3.*', [
    'field Build-Depends', 'sign :', 'sign >=', 'number 4.18', 'sign &&', 'sign <', 'number 5',
    'sign ,', 'sign ^>=', 'number 2.0.1', 'sign ,', 'sign ==', 'number 2.3.*',
  ]],
  ['executable my-thing\n  main-is: Main.hs', ['keyword executable', 'type my-thing', 'field main-is', 'sign :']],
  ['library\n  exposed-modules:\n    Data.A\n    Data.B', ['keyword library', 'field exposed-modules', 'sign :']],
  ['library-name: x', ['field library-name', 'sign :']],
  ['-- library\n  -- a: b\na: b -- c', ['comment -- library', 'comment -- a: b', 'field a', 'sign :']],
  ['  if os(linux) && !flag(fast)\n    ghc-options: -O2\n  else\n    buildable: False', [
    'keyword if', 'meta os', 'sign (', 'sign )', 'sign &&', 'sign !', 'meta flag', 'sign (', 'sign )',
    'field ghc-options', 'sign :', 'keyword else', 'field buildable', 'sign :', 'bool False',
  ]],
  ['description: Takes 2 <3\n  library: no field\nversion: 0.1', ['field description', 'sign :', 'field version', 'sign :', 'number 0.1']],
  ['flag fast\n  default: True\n  manual: False', [
    'keyword flag', 'type fast', 'field default', 'sign :', 'bool True', 'field manual', 'sign :', 'bool False',
  ]],
  ['tested-with: GHC == 9.6.6', ['field tested-with', 'sign :', 'sign ==', 'number 9.6.6']],
])('%j of a .cabal file', async (text, found) => {
  expect(await highlighted('thing.cabal', text)).toEqual(found);
});

it('knows a cabal.project', async () => {
  const text = 'packages: . lib/*.cabal\npackage thing\n  tests: True\nsource-repository-package\n  type: git';
  const found = ['field packages', 'sign :', 'keyword package', 'type thing', 'field tests', 'sign :', 'bool True',
    'keyword source-repository-package', 'field type', 'sign :'];
  expect(await highlighted('cabal.project', text)).toEqual(found);
  expect(await highlighted('deep/cabal.project.local', text)).toEqual(found);
});

it('knows the keys of a package.yaml', async () => {
  const found = await highlighted('package.yaml', 'name: thing # its name\nghc-options: "-Wall"');
  expect(found).toEqual(expect.arrayContaining(['field name', 'comment # its name', 'field ghc-options', 'text "-Wall"']));
});

it.each(['a.txt', 'LICENSE', 'cabal.projects', 'cabal'])('%s has no language', async (path) => {
  expect(await languageOf(path)).toBeNull();
});
