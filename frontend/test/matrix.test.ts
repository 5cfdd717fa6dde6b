import { expect, test } from 'vitest';
import { checked, compared, ended, took } from '../src/matrix/verdict';
import type { Finished } from '../src/protocol';

const finished = (more: Partial<Finished>): Finished => ({
  type: 'finished', outcome: 'exited', phase: 'run', exitCode: 0, signal: null, diagnostics: [], reason: null,
  timings: { queuedSeconds: 0, compileSeconds: 0.5, runSeconds: 0.02 }, usage: { cpuSeconds: 0, peakMemoryBytes: 0 }, ...more,
});
const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } };
const said = (severity: number) => ({ uri: 'file:///work/Main.hs', range, severity, code: null, source: 'ghc', message: 'm' });

test('errors come before warnings', () => {
  expect(checked(finished({ diagnostics: [said(2), said(1), said(2)] }))).toEqual({ text: '1 error, 2 warnings', tone: 'bad' });
  expect(checked(finished({ diagnostics: [said(2)] })).tone).toBe('warn');
  expect(checked(finished({}))).toEqual({ text: 'no problems', tone: 'ok' });
  expect(checked(finished({ outcome: 'compile_failed' })).text).toBe('refused');
});

test('where nothing ran there is no end to tell', () => {
  expect(ended(finished({ phase: 'compile' }), 'check')).toBeNull();
  expect(ended(finished({ outcome: 'compile_failed' }), 'interpret')).toBeNull();
  expect(ended(finished({ exitCode: 3 }), 'interpret')?.text).toBe('exited with code 3');
  expect(ended(finished({ outcome: 'timed_out', phase: 'compile' }), 'check')?.tone).toBe('bad');
});

test('output is compared among those that ended by themselves', () => {
  const one = (output: string, more: Partial<Finished> = {}) => ({ output, finished: finished(more) });
  expect(compared([one('a'), one('a'), one('b'), one('a', { exitCode: 1 })])).toEqual([null, true, false, false]);
  expect(compared([one('', { outcome: 'compile_failed' }), one('a'), one('a')])).toEqual([null, null, true]);
  expect(compared([{ output: '', finished: null }, one('a')])).toEqual([null, null]);
});

test('the time of GHC stands beside that of the program', () => {
  expect(took(finished({}))).toBe('20 ms\nGHC 500 ms');
  expect(took(finished({ phase: 'compile' }))).toBe('500 ms');
});
