import { ChangeSet, Text } from '@codemirror/state';
import { describe, expect, it } from 'vitest';
import {
  about, around, changesOf, editsOf, entriesOf, groupUses, hintText, locationsOf, namesOf, parameterSpan, problemsAt, usable,
} from '../src/language/answers';
import { editorSnippet } from '../src/language/snippet';
import type { Diagnostic } from '../src/protocol';

const range = (line: number, from: number, to: number) => ({ start: { line, character: from }, end: { line, character: to } });
const URI = 'file:///work/Main.hs';
const OTHER = 'file:///work/src/A%20b.hs';

describe('edits', () => {
  it('become one change of the text', () => {
    const text = Text.of(['import A', 'main = x']);
    const changes = changesOf(text, [
      { range: range(1, 7, 8), newText: 'y' },
      { range: range(0, 0, 0), newText: 'import B\r\n' },
    ]);
    expect(ChangeSet.of(changes, text.length).apply(text).toString()).toBe('import B\nimport A\nmain = y');
  });

  it('are gathered by file from both forms', () => {
    const edit = { range: range(0, 0, 0), newText: 'a' };
    const found = editsOf({ changes: { [URI]: [edit] }, documentChanges: [{ textDocument: { uri: OTHER }, edits: [edit] }] });
    expect([...found.keys()]).toEqual(['Main.hs', 'src/A b.hs']);
  });
});

describe('fixes', () => {
  const problem = (line: number, from: number, to: number) => ({ range: range(line, from, to) }) as Diagnostic;
  const found = [problem(2, 4, 8), problem(2, 10, 12), problem(5, 0, 3)];

  it('are asked for the problems at the cursor, else for those of its line', () => {
    expect(problemsAt(found, range(2, 5, 5))).toEqual([found[0]]);
    expect(problemsAt(found, range(2, 9, 9))).toEqual([found[0], found[1]]);
    expect(problemsAt(found, range(3, 0, 0))).toEqual([]);
  });

  it('come with the preferred first, those of the whole file last, without what is disabled', () => {
    const fixes = [
      { title: 'all', kind: 'source.fixAll' },
      { title: 'other', kind: 'quickfix' },
      { title: 'off', disabled: { reason: 'no' } },
      { title: 'best', kind: 'quickfix', isPreferred: true },
    ];
    expect(usable(fixes).map((fix) => fix.title)).toEqual(['best', 'other', 'all']);
    expect(usable(null)).toEqual([]);
  });

  it('of other messages alone are left out beside one', () => {
    const fixes = [
      { title: 'mine', diagnostics: [{ message: 'other' }, { message: 'this' }] },
      { title: 'theirs', diagnostics: [{ message: 'other' }] },
      { title: 'of the place' },
    ];
    expect(about('this', fixes).map((fix) => fix.title)).toEqual(['mine']);
  });
});

it('a definition comes in three forms', () => {
  const place = { uri: URI, range: range(1, 0, 4) };
  const link = { targetUri: URI, targetRange: range(0, 0, 9), targetSelectionRange: range(1, 0, 4) };
  expect(locationsOf(place)).toEqual([place]);
  expect(locationsOf([link])).toEqual([place]);
  expect(locationsOf(null)).toEqual([]);
});

it('the outline is flat, with depths', () => {
  const symbols = [
    { name: 'Shape', kind: 23, range: range(0, 0, 9), selectionRange: range(0, 5, 9), children: [
      { name: 'Circle', detail: 'Double -> Shape', kind: 9, range: range(1, 2, 9), selectionRange: range(1, 2, 8) },
    ] },
  ];
  expect(entriesOf(symbols, URI)).toEqual([
    { name: 'Shape', detail: '', kind: 23, depth: 0, uri: URI, range: range(0, 5, 9) },
    { name: 'Circle', detail: 'Double -> Shape', kind: 9, depth: 1, uri: URI, range: range(1, 2, 8) },
  ]);
});

it('uses are grouped by file, in order, each with its line', async () => {
  const found = [
    { uri: OTHER, range: range(0, 0, 1) },
    { uri: URI, range: range(1, 7, 8) },
    { uri: URI, range: range(0, 7, 8) },
  ];
  const uses = await groupUses('x', found, (path) => (path === 'Main.hs' ? Promise.resolve(['main = x', '  y = (x)']) : Promise.reject(new Error('gone'))));
  expect(uses.count).toBe(3);
  expect(uses.files.map(({ path, uses: each }) => [path, ...each.map(({ line }) => line)])).toEqual([
    ['Main.hs', 'main = x', '  y = (x)'],
    ['src/A b.hs', ''],
  ]);
  expect(around(uses.files[0]!.uses[1]!)).toEqual(['y = (', 'x', ')']);
});

it('the present parameter of a signature is found by its place or by its text', () => {
  const label = 'foldr :: (a -> b -> b) -> b -> [a] -> b';
  expect(parameterSpan({ label, parameters: [{ label: [9, 22] }] }, 0)).toEqual([9, 22]);
  expect(parameterSpan({ label, parameters: [{ label: '(a -> b -> b)' }, { label: '[a]' }] }, 1)).toEqual([31, 34]);
  expect(parameterSpan({ label }, 0)).toBeNull();
});

it('a hint in the text is one line', () => {
  expect(hintText({ position: { line: 0, character: 0 }, label: [{ value: ':: Int\n' }, { value: ' -> Int' }], paddingLeft: true })).toBe(' :: Int -> Int');
});

it.each([
  ['case ${1:x} of\n  $2 -> $0', 'case ${1:x} of\n  ${2} -> ${99}'],
  ['${1|a,b|}', '${1:a}'],
  ['cost \\$5', 'cost $5'],
])('the snippet %j is %j in the editor', (snippet, expected) => {
  expect(editorSnippet(snippet)).toBe(expected);
});

it('reads names from their distances', () => {
  const legend = { tokenTypes: ['type', 'function'], tokenModifiers: ['declaration', 'imported'] };
  expect(namesOf([2, 4, 3, 1, 1, 0, 6, 2, 0, 3, 1, 0, 1, 9, 0], legend)).toEqual([
    { line: 2, character: 4, length: 3, kind: 'function', modifiers: ['declaration'] },
    { line: 2, character: 10, length: 2, kind: 'type', modifiers: ['declaration', 'imported'] },
    { line: 3, character: 0, length: 1, kind: 'variable', modifiers: [] },
  ]);
  expect(namesOf([], legend)).toEqual([]);
});
