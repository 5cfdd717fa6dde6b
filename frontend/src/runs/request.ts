// What somebody wants to run, as the service is asked for it and as its title says it.

import type { Insight } from '../insight/state';
import type { Breakpoint, RunStart } from '../protocol';
import { splitArguments } from './arguments';
import type { Optimization, RunOptions } from './options';
import type { Mode, Pane } from './types';

export interface Wanted {
  mode: Mode;
  insight?: Insight;
  pane: Pane;
  terminal?: { columns: number; rows: number };
  /** Another program than the chosen one. */
  entry?: string;
  breakpoints?: Breakpoint[];
  /** One of the entry's runnables alone. */
  target?: NonNullable<RunStart['target']>;
}

export const nameOf = (entry: string) => entry.replace(/^.*\//, '').replace(/\.l?hs$/, '');

/** What somebody would type in a terminal for the same run. */
export function titleOf({ mode, insight }: Wanted, entry: string, args: readonly string[], level: Optimization | null): string {
  if (mode === 'repl') return 'ghci';
  if (mode === 'test') return insight ? `tests  (${insight})` : 'tests';
  if (insight === 'coverage') return `${[nameOf(entry), ...args].join(' ')}  (coverage)`;
  const program = [nameOf(entry), ...args].join(' ');
  return mode === 'compile' ? `${program}  (-O${level ?? ''})` : program;
}

/** What is asked for, under a name of its own. */
export function request(wanted: Wanted, { arguments: line, stdin, entry, optimization }: RunOptions): RunStart {
  const program = wanted.mode === 'interpret' || wanted.mode === 'compile' || wanted.mode === 'debug';
  return {
    requestId: crypto.randomUUID().replaceAll('-', ''),
    mode: wanted.mode,
    ...(entry !== null && wanted.mode !== 'test' ? { entry } : {}),
    ...(wanted.entry !== undefined ? { entry: wanted.entry } : {}),
    ...(wanted.target ? { target: wanted.target } : {}),
    ...(wanted.breakpoints ? { breakpoints: wanted.breakpoints } : {}),
    ...(wanted.mode === 'compile' ? { optimization } : {}),
    ...(program ? { args: splitArguments(line) } : {}),
    ...(program && (stdin || wanted.insight === 'benchmark') && wanted.pane === 'output' ? { stdin } : {}),
    ...(wanted.insight ? { insight: wanted.insight } : {}),
    ...(wanted.terminal ? { terminal: wanted.terminal } : {}),
  };
}
