import { ChangeSet, Text } from '@codemirror/state';
import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../src/protocol';
import { contentChanges, toOffset, toPosition } from '../src/workspace/changes';
import { explanation, groupProblems, isLintAlone, nextProblem, pathOf, toMarks, uriOf } from '../src/workspace/diagnostics';
import { Document } from '../src/workspace/document';

const text = (source: string) => Text.of(source.split('\n'));
const at = (line: number, from: number, to: number, more: Partial<Diagnostic> = {}): Diagnostic => ({
  uri: 'file:///work/Main.hs',
  range: { start: { line, character: from }, end: { line, character: to } },
  severity: 1,
  code: 'GHC-83865',
  source: 'ghc',
  message: 'm',
  ...more,
});

describe('positions', () => {
  it('count UTF-16 units', () => {
    const doc = text('a😀b\nλ = 1');
    expect(toPosition(doc, 3)).toEqual({ line: 0, character: 3 });
    expect(toOffset(doc, { line: 1, character: 1 })).toBe(6);
  });

  it('outside of the text are moved into it', () => {
    const doc = text('ab\nc');
    expect(toOffset(doc, { line: 9, character: 9 })).toBe(4);
    expect(toOffset(doc, { line: 0, character: 9 })).toBe(2);
  });
});

describe('incremental changes', () => {
  function applied(source: string, changes: ReturnType<typeof contentChanges>): string {
    return changes.reduce((doc, change) => {
      const current = text(doc);
      const from = toOffset(current, change.range.start);
      return doc.slice(0, from) + change.text + doc.slice(toOffset(current, change.range.end));
    }, source);
  }

  it('give the new text when they are applied one after the other', () => {
    const source = 'one\ntwo\nthree';
    const set = ChangeSet.of([{ from: 0, insert: 'X\n' }, { from: 4, to: 7, insert: '' }, { from: 13, insert: '!' }], source.length);
    const after = set.apply(text(source)).toString();
    expect(applied(source, contentChanges(text(source), set))).toBe(after);
  });
});

describe('marks', () => {
  const doc = text('main = print (mean "x")\n\nfoo');

  it('lie exactly on the range', () => {
    expect(toMarks(doc, [at(0, 19, 22)])).toMatchObject([{ from: 19, to: 22, severity: 'error' }]);
  });

  it('of an empty range are widened so that there is something to see', () => {
    expect(toMarks(doc, [at(2, 0, 0)])).toMatchObject([{ from: 25, to: 28 }]);
    expect(toMarks(doc, [at(0, 23, 23)])).toMatchObject([{ from: 22, to: 23 }]);
  });

  it('move with what was typed since', () => {
    const old = new Document('Main.hs', doc.toString(), '');
    const insert = ChangeSet.of({ from: 0, insert: '-- hello\n' }, doc.length);
    old.change(insert, insert.apply(doc));
    old.takeUnsent();
    const since = old.since(2)!;
    expect(toMarks(old.text, [at(0, 19, 22)], since.doc, since.changes)).toMatchObject([{ from: 28, to: 31 }]);
  });

  it('about a text of too long ago are not shown', () => {
    const old = new Document('Main.hs', doc.toString(), '');
    let now = doc;
    for (let n = 0; n < 100; n += 1) {
      const insert = ChangeSet.of({ from: 0, insert: 'x' }, now.length);
      now = insert.apply(now);
      old.change(insert, now);
      old.takeUnsent();
    }
    expect(old.since(2)).toBeNull();
    expect(old.since(old.version)?.doc.eq(now)).toBe(true);
  });
});

describe('the list of problems', () => {
  const groups = groupProblems(
    new Map([
      ['B.hs', [at(5, 0, 1, { uri: uriOf('B.hs'), severity: 2 })]],
      ['Main.hs', [at(9, 0, 1), at(2, 0, 1)]],
    ]),
  );

  it('has files with errors first, and each file in its order', () => {
    expect(groups.map((group) => group.path)).toEqual(['Main.hs', 'B.hs']);
    expect(groups[0]!.problems.map((problem) => problem.range.start.line)).toEqual([2, 9]);
  });

  it('is gone through in both directions, round and round', () => {
    const lines = (path: string, line: number, step: 1 | -1) => nextProblem(groups, path, line, 0, step)?.range.start.line;
    expect(lines('Main.hs', 0, 1)).toBe(2);
    expect(lines('Main.hs', 2, 1)).toBe(9);
    expect(lines('Main.hs', 9, 1)).toBe(5);
    expect(lines('B.hs', 5, 1)).toBe(2);
    expect(lines('Main.hs', 2, -1)).toBe(5);
    expect(nextProblem([], 'Main.hs', 0, 0, 1)).toBeNull();
  });
});

it('tells hlint’s answer from one of GHC’s', () => {
  const hint = at(2, 0, 4, { source: 'hlint', severity: 4 });
  const error = at(1, 0, 4);
  expect(isLintAlone([error], [error, hint])).toBe(true);
  expect(isLintAlone([hint, error], [error])).toBe(true);
  expect(isLintAlone([error, hint], [error, hint])).toBe(false);
  expect(isLintAlone([error], [error, error])).toBe(false);
  expect(isLintAlone([error], [hint])).toBe(false);
});

it('explains GHC’s codes and nothing else', () => {
  expect(explanation({ code: 'GHC-83865' })).toBe('https://errors.haskell.org/messages/GHC-83865');
  expect(explanation({ code: 'GHC-1/../../evil' })).toBeNull();
  expect(explanation({ code: null })).toBeNull();
  const told = (href: string) => explanation({ code: 'hlint', codeDescription: { href } });
  expect(told('https://example.org/hint')).toBe('https://example.org/hint');
  expect(told('javascript:alert(1)')).toBeNull();
});

it('turns paths into addresses and back', () => {
  expect(uriOf('src/Grüße 1.hs')).toBe('file:///work/src/Gr%C3%BC%C3%9Fe%201.hs');
  expect(pathOf(uriOf('src/Grüße 1.hs'))).toBe('src/Grüße 1.hs');
  expect(pathOf('file:///work/100%.hs')).toBe('100%.hs');
});
