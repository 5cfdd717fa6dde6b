import { describe, expect, it } from 'vitest';
import type { Finished, Runnable } from '../src/protocol';
import { checkedExamples, keyOf, resultOf, resultsOf } from '../src/testing/results';

const ended = (exitCode: number | null, more: Partial<Finished> = {}): Finished => ({
  type: 'finished', outcome: 'exited', phase: 'run', exitCode, signal: null, diagnostics: [],
  timings: { queuedSeconds: 0, compileSeconds: 0, runSeconds: 0 }, usage: { cpuSeconds: 0, peakMemoryBytes: 0 }, reason: null, ...more,
});
const runnable = (kind: Runnable['kind'], name: string, line = 0, end = line): Runnable => ({
  kind, name, range: { start: { line, character: 0 }, end: { line: end, character: 1 } },
});

const HSPEC = `
list
  sorts [✔]
  groups FAILED [1]
  nested
    deep [✔]

Failures:

  test/Spec.hs:9:5: 
  1) list groups
       expected: 2
        but got: 1

  To rerun use: --match "/list/groups/" --seed 1

Randomized with seed 1

Finished in 0.0004 seconds
3 examples, 1 failure
`;

const TASTY = `numbers
  one (1): OK
  two:     FAIL
    Main.hs:12:
    expected: 1
     but got: 2
    Use -p '/numbers.two/' to rerun this test only.
  inner
    three: OK (0.02s)

1 out of 3 tests failed (0.02s)
`;

describe('the results of a run of tests', () => {
  it('shows the shrunk counter-example of a property', () => {
    const said = resultOf('property', ended(1), 'noise\n*** Failed! Falsified (after 3 tests and 1 shrink):\n[0,1]\n');
    expect(said).toEqual({ state: 'failed', said: '*** Failed! Falsified (after 3 tests and 1 shrink):\n[0,1]' });
    expect(resultOf('property', ended(0), '+++ OK, passed 100 tests.\n').said).toBe('+++ OK, passed 100 tests.');
  });

  it('takes no run without a test for one that passed', () => {
    const nothing = { state: 'failed', said: 'No test of this name was there to be run.' };
    expect(resultOf('tasty', ended(0), '\nAll 0 tests passed (0.00s)\n')).toEqual(nothing);
    expect(resultOf('spec', ended(0), '\n0 examples, 0 failures\n')).toEqual(nothing);
    expect(resultOf('tasty', ended(0), 'All 10 tests passed (0.00s)\n').state).toBe('passed');
    expect(resultOf('spec', ended(0), '10 examples, 0 failures\n').state).toBe('passed');
  });

  it('marks each test of an hspec tree', () => {
    const all = ['list', 'list/sorts', 'list/groups', 'list/nested', 'list/nested/deep'].map((name) => runnable('spec', name));
    const found = resultsOf(all[0]!, all, ended(1), HSPEC);
    expect(all.map((each) => found.get(keyOf(each))?.state)).toEqual(['failed', 'passed', 'failed', undefined, 'passed']);
    expect(found.get('spec list')!.said).toBe('  1) list groups\n       expected: 2\n        but got: 1');
  });

  it('marks each test of a tasty tree', () => {
    const names = ['numbers', 'numbers.one (1)', 'numbers.two', 'numbers.inner', 'numbers.inner.three'];
    const all = names.map((name) => runnable('tasty', name));
    const found = resultsOf(all[0]!, all, ended(1), TASTY);
    expect(all.map((each) => found.get(keyOf(each))?.state)).toEqual(['failed', 'passed', 'failed', undefined, 'passed']);
    expect(found.get('tasty numbers')!.said).toBe('  two:     FAIL\n    Main.hs:12:\n    expected: 1\n     but got: 2');
  });

  it('tells which examples do not hold', () => {
    const group = runnable('examples', '', 8, 12);
    const edit = (line: number, newText: string) => ({ range: { start: { line, character: 4 }, end: { line, character: 9 } }, newText });
    expect(checkedExamples(group, [edit(20, '\n-- 1')])).toEqual({ state: 'passed', said: 'The results are as written.' });
    expect(checkedExamples(group, [edit(9, '\n-- 3\n-- 4'), edit(11, '')])).toEqual({ state: 'failed', said: 'line 10 gives:\n3\n4\nline 12 gives: nothing' });
  });

  it('says why a program did not get so far', () => {
    expect(resultOf('main', ended(null, { outcome: 'timed_out' }), '').said).toContain('too long');
    expect(resultOf('property', ended(null, { outcome: 'compile_failed', reason: 'no' }), '').said).toBe('no');
  });
});
