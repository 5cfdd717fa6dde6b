// What a toolchain's run says in one line of the table. Pure.

import { plural, seconds } from '../lib/format';
import type { Finished } from '../protocol';
import { endOf, type End } from '../runs/ends';
import type { Mode } from '../runs/types';

export interface Checked { text: string; tone: 'ok' | 'warn' | 'bad' }

/** What GHC said. */
export function checked(finished: Finished): Checked {
  const errors = finished.diagnostics.filter((each) => each.severity === 1).length;
  const warnings = finished.diagnostics.filter((each) => each.severity === 2).length;
  const parts = [errors > 0 ? plural(errors, 'error') : '', warnings > 0 ? plural(warnings, 'warning') : ''].filter(Boolean);
  if (parts.length === 0) return finished.outcome === 'compile_failed' ? { text: 'refused', tone: 'bad' } : { text: 'no problems', tone: 'ok' };
  return { text: parts.join(', '), tone: errors > 0 ? 'bad' : 'warn' };
}

/** How it ended; nothing where nothing was to run. */
export function ended(finished: Finished, mode: Mode): End | null {
  if (finished.outcome === 'compile_failed' || (mode === 'check' && finished.outcome === 'exited')) return null;
  return endOf(finished, mode);
}

/** In two lines: the program's time, and below it GHC's where that counts. */
export function took(finished: Finished): string {
  const { compileSeconds, runSeconds } = finished.timings;
  if (finished.phase === 'compile') return seconds(compileSeconds);
  return compileSeconds >= 0.1 ? `${seconds(runSeconds)}\nGHC ${seconds(compileSeconds)}` : seconds(runSeconds);
}

export interface Result { finished: Finished | null; output: string }

/** Whether each one did what the first that ended by itself did: same output, same exit code. Null: nothing to compare. */
export function compared(results: readonly Result[]): (boolean | null)[] {
  const byItself = ({ finished }: Result) => finished?.outcome === 'exited' && finished.phase === 'run';
  const first = results.find(byItself);
  return results.map((one) =>
    first && first !== one && byItself(one) ? one.output === first.output && one.finished!.exitCode === first.finished!.exitCode : null,
  );
}
