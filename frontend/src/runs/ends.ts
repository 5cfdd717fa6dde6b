// How a run ended, in words for somebody who learns, and what to do next. Pure.

import { bytes, seconds } from '../lib/format';
import type { Finished } from '../protocol';
import type { Mode } from './types';

export interface End {
  tone: 'ok' | 'warn' | 'bad';
  text: string;
  advice: string | null;
}

const SIGNALS: Record<string, [string, string]> = {
  SIGSEGV: ['segmentation fault', 'It touched memory that is not its own, which only happens through the FFI or unsafe functions: look there.'],
  SIGABRT: ['aborted itself', 'The runtime or a C library gave up; its last words are above.'],
  SIGKILL: ['killed at once', 'Something sent it SIGKILL, perhaps the program itself.'],
  SIGINT: ['interrupted', 'It got the signal of Ctrl-C.'],
  SIGTERM: ['asked to end', 'It got SIGTERM, perhaps from itself.'],
  SIGPIPE: ['wrote to a closed pipe', 'Whoever read its output had gone.'],
  SIGFPE: ['arithmetic error', 'A machine-level division by zero or overflow.'],
  SIGILL: ['illegal instruction', 'It jumped to something that is not code.'],
  SIGBUS: ['bus error', 'A file that it mapped into memory became shorter, or an address was wrong.'],
  SIGXFSZ: ['file too large', 'It wrote a file larger than is allowed.'],
  SIGHUP: ['its terminal was closed', ''],
};

const NUMBERS: Record<string, number> = {
  SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGILL: 4, SIGTRAP: 5, SIGABRT: 6, SIGBUS: 7, SIGFPE: 8, SIGKILL: 9,
  SIGUSR1: 10, SIGSEGV: 11, SIGUSR2: 12, SIGPIPE: 13, SIGALRM: 14, SIGTERM: 15, SIGXFSZ: 25, SIGSYS: 31,
};

function exited(finished: Finished, mode: Mode): End {
  const code = finished.exitCode ?? 0;
  if (mode === 'repl') return { tone: 'ok', text: 'GHCi was left', advice: 'Start it again when you need it.' };
  if (code === 0) return { tone: 'ok', text: mode === 'test' ? 'tests passed' : 'exited 0', advice: null };
  if (mode === 'test') return { tone: 'bad', text: `tests failed (exit code ${code})`, advice: 'The report above names each failure.' };
  const advice = code === 1 ? 'Its last words, above, say why. An uncaught exception ends a program with 1.' : null;
  return { tone: 'bad', text: `exited with code ${code}`, advice };
}

function signalled(finished: Finished): End {
  const name = finished.signal ?? 'SIGKILL';
  const [words, advice] = SIGNALS[name] ?? ['', ''];
  const number = NUMBERS[name] !== undefined ? `signal ${NUMBERS[name]}` : name;
  return { tone: 'bad', text: `killed by ${number}${words ? ` (${words})` : ''}`, advice: advice || null };
}

const spent = (finished: Finished) =>
  seconds(Math.round(finished.phase === 'compile' ? finished.timings.compileSeconds : finished.timings.runSeconds));

function timedOut(finished: Finished, mode: Mode): End {
  if (finished.phase === 'compile') {
    return {
      tone: 'bad',
      text: `still compiling after ${spent(finished)}: stopped by the time limit of your plan`,
      advice: 'A lower -O compiles faster; a loop in Template Haskell or in types never ends.',
    };
  }
  if (mode === 'repl') return { tone: 'warn', text: 'ended after a long time without input', advice: 'Start it again when you need it.' };
  return {
    tone: 'bad',
    text: `still running after ${spent(finished)}: stopped by the time limit of your plan`,
    advice: mode === 'interpret' ? 'Run optimised is often ten times as fast. Or look for a loop that never ends.' : 'Try a smaller input, or look for a loop that never ends.',
  };
}

function outOfMemory(finished: Finished): End {
  const peak = finished.usage.peakMemoryBytes;
  const much = peak > 0 ? `more than ${bytes(peak)} of memory` : 'more memory than your plan allows';
  if (finished.phase === 'compile') {
    return { tone: 'bad', text: `stopped: used ${much} while compiling`, advice: 'Large literals and deep Template Haskell cost most; -O0 needs less.' };
  }
  return {
    tone: 'bad',
    text: `stopped: used ${much}`,
    advice: 'A lazy sum or a list held as a whole is the usual cause: foldl\' and strict fields help, and so does Run optimised.',
  };
}

/** `spoken` is free of figures that change with each run; see `figures` for those. */
export function endOf(finished: Finished, mode: Mode): End {
  switch (finished.outcome) {
    case 'exited':
      return exited(finished, mode);
    case 'signalled':
      return signalled(finished);
    case 'compile_failed': {
      const errors = finished.diagnostics.filter((each) => each.severity === 1).length;
      const count = errors > 0 ? `: ${errors} error${errors === 1 ? '' : 's'}` : '';
      return { tone: 'bad', text: `not run, GHC refused it${count}`, advice: finished.reason ?? 'F8 goes to the next error.' };
    }
    case 'timed_out':
      return timedOut(finished, mode);
    case 'out_of_memory':
      return outOfMemory(finished);
    case 'output_limit':
      return { tone: 'bad', text: 'stopped: it printed more than your plan allows', advice: 'The output up to there is kept: download it, or print less.' };
    case 'stopped':
      return { tone: 'warn', text: 'stopped', advice: finished.reason };
    case 'host_lost':
      return {
        tone: 'bad',
        text: 'the machine under it went away',
        advice: finished.reason ?? 'It was not run again behind your back: run it when you like. Your files are safe.',
      };
    case 'internal_error':
      return { tone: 'bad', text: 'our fault: something failed on our side', advice: finished.reason ?? 'It was not charged. Try again.' };
  }
}

/** `41 ms · 9 ms CPU · 74 MB`, and what it waited and compiled where that took long enough to matter. */
export function figures(finished: Finished): string {
  const { timings, usage } = finished;
  const parts: string[] = [];
  if (timings.queuedSeconds >= 0.5) parts.push(`waited ${seconds(timings.queuedSeconds)}`);
  if (timings.compileSeconds >= 0.1) parts.push(`compiled in ${seconds(timings.compileSeconds)}`);
  if (timings.runSeconds > 0) parts.push(seconds(timings.runSeconds));
  if (usage.cpuSeconds > 0) parts.push(`${seconds(usage.cpuSeconds)} CPU`);
  if (usage.peakMemoryBytes > 0) parts.push(bytes(usage.peakMemoryBytes));
  return parts.join(' · ');
}
