import { describe, expect, it } from 'vitest';
import type { Finished } from '../src/protocol';
import { endOf, figures } from '../src/runs/ends';

const finished = (change: Partial<Finished>): Finished => ({
  type: 'finished',
  outcome: 'exited',
  phase: 'run',
  exitCode: null,
  signal: null,
  diagnostics: [],
  timings: { queuedSeconds: 0, compileSeconds: 0, runSeconds: 0 },
  usage: { cpuSeconds: 0, peakMemoryBytes: 0 },
  reason: null,
  ...change,
});
const said = (change: Partial<Finished>, mode: 'interpret' | 'compile' | 'test' | 'repl' = 'interpret') =>
  endOf(finished(change), mode);

describe('the words for an end', () => {
  it.each([
    [{ exitCode: 0 }, 'ok', 'exited 0'],
    [{ exitCode: 3 }, 'bad', 'exited with code 3'],
    [{ outcome: 'signalled', signal: 'SIGSEGV' }, 'bad', 'killed by signal 11 (segmentation fault)'],
    [{ outcome: 'signalled', signal: 'SIGRTMIN' }, 'bad', 'killed by SIGRTMIN'],
    [{ outcome: 'stopped' }, 'warn', 'stopped'],
    [{ outcome: 'output_limit' }, 'bad', 'stopped: it printed more than your plan allows'],
    [{ outcome: 'host_lost' }, 'bad', 'the machine under it went away'],
    [{ outcome: 'internal_error' }, 'bad', 'our fault: something failed on our side'],
    [
      { outcome: 'timed_out', timings: { queuedSeconds: 0, compileSeconds: 0, runSeconds: 60.02 } },
      'bad',
      'still running after 60 s: stopped by the time limit of your plan',
    ],
    [
      { outcome: 'timed_out', phase: 'compile', timings: { queuedSeconds: 0, compileSeconds: 60, runSeconds: 0 } },
      'bad',
      'still compiling after 60 s: stopped by the time limit of your plan',
    ],
    [
      { outcome: 'out_of_memory', phase: 'compile', usage: { cpuSeconds: 1, peakMemoryBytes: 2 ** 30 } },
      'bad',
      'stopped: used more than 1 GB of memory while compiling',
    ],
    [{ outcome: 'out_of_memory' }, 'bad', 'stopped: used more memory than your plan allows'],
  ] as const)('%j', (change, tone, text) => {
    expect(said(change as Partial<Finished>)).toMatchObject({ tone, text });
  });

  it('counts the errors of a refused program', () => {
    const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } };
    const message = { uri: 'file:///work/Main.hs', range, code: null, source: 'ghc', message: 'm' };
    const diagnostics = [{ ...message, severity: 1 }, { ...message, severity: 2 }];
    expect(said({ outcome: 'compile_failed', diagnostics }).text).toBe('not run, GHC refused it: 1 error');
  });

  it('speaks of tests when they were run', () => {
    expect(said({ exitCode: 0 }, 'test').text).toBe('tests passed');
    expect(said({ exitCode: 1 }, 'test').text).toBe('tests failed (exit code 1)');
  });

  it('says what to do next wherever something went wrong', () => {
    for (const outcome of ['timed_out', 'out_of_memory', 'output_limit', 'host_lost', 'internal_error', 'compile_failed'] as const) {
      expect(said({ outcome }).advice).toBeTruthy();
    }
  });

  it('lets the server say more', () => {
    expect(said({ outcome: 'host_lost', reason: 'Redis was lost.' }).advice).toBe('Redis was lost.');
  });
});

it('shows the figures that matter', () => {
  const timings = { queuedSeconds: 0.01, compileSeconds: 0.02, runSeconds: 0.041 };
  expect(figures(finished({ timings, usage: { cpuSeconds: 0.009, peakMemoryBytes: 74 * 2 ** 20 } }))).toBe('41 ms · 9 ms CPU · 74 MB');
  expect(figures(finished({ timings: { queuedSeconds: 3, compileSeconds: 1.24, runSeconds: 2 } }))).toBe(
    'waited 3.0 s · compiled in 1.2 s · 2.0 s',
  );
});
