import { describe, expect, it } from 'vitest';
import type { RunOptions } from '../src/runs/options';
import { request, titleOf } from '../src/runs/request';

const OPTIONS: RunOptions = { optimization: 2, arguments: 'one "two three"', stdin: 'typed\n', entry: 'app/Main.hs' };
const asked = (...of: Parameters<typeof request>) => {
  const { requestId, ...rest } = request(...of);
  expect(requestId).toMatch(/^[0-9a-f]{32}$/);
  return rest;
};

describe('what is asked for', () => {
  it('is the chosen program with its arguments and input, and its level only where code is made', () => {
    const usual = { entry: 'app/Main.hs', args: ['one', 'two three'], stdin: 'typed\n' };
    expect(asked({ mode: 'interpret', pane: 'output' }, OPTIONS)).toEqual({ mode: 'interpret', ...usual });
    expect(asked({ mode: 'compile', pane: 'output' }, OPTIONS)).toEqual({ mode: 'compile', optimization: 2, ...usual });
  });

  it('types its input in a terminal, and has another entry where one is named', () => {
    const terminal = { columns: 80, rows: 24 };
    expect(asked({ mode: 'interpret', pane: 'terminal', terminal, entry: 'Other.hs' }, OPTIONS)).toEqual({
      mode: 'interpret', entry: 'Other.hs', args: ['one', 'two three'], terminal,
    });
  });

  it('is neither a program nor its input where tests or a REPL run', () => {
    expect(asked({ mode: 'test', pane: 'output' }, OPTIONS)).toEqual({ mode: 'test' });
    expect(asked({ mode: 'repl', pane: 'repl' }, OPTIONS)).toEqual({ mode: 'repl', entry: 'app/Main.hs' });
  });

  it('ends the input at once where repetitions must not wait for it', () => {
    const { stdin } = asked({ mode: 'compile', pane: 'output', insight: 'benchmark' }, { ...OPTIONS, stdin: '' });
    expect(stdin).toBe('');
  });
});

describe('its title', () => {
  it('is what somebody would type', () => {
    expect(titleOf({ mode: 'interpret', pane: 'output' }, 'app/Main.hs', ['a'], null)).toBe('Main a');
    expect(titleOf({ mode: 'compile', pane: 'output' }, 'app/Main.lhs', [], 2)).toBe('Main  (-O2)');
    expect(titleOf({ mode: 'compile', pane: 'output' }, 'Main.hs', [], null)).toBe('Main  (-O)');
    expect(titleOf({ mode: 'repl', pane: 'repl' }, 'Main.hs', [], null)).toBe('ghci');
    expect(titleOf({ mode: 'test', pane: 'output', insight: 'coverage' }, 'Main.hs', [], null)).toBe('tests  (coverage)');
  });
});
