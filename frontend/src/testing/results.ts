// What a run of tests printed, as marks beside the code. Pure.

import type { Diagnostic, Finished, Runnable, TextEdit } from '../protocol';

export interface Result {
  state: 'running' | 'passed' | 'failed';
  /** What is worth seeing beside the code; may have several lines. */
  said: string;
}

const LINES = 14;
const OUTCOMES: Partial<Record<Finished['outcome'], string>> = {
  timed_out: 'It took too long and was stopped.',
  out_of_memory: 'It took too much memory.',
  output_limit: 'It printed too much and was stopped.',
  stopped: 'Stopped.',
  host_lost: 'The session was lost meanwhile. Run it again.',
};

export const keyOf = ({ kind, name, range }: Runnable) => (kind === 'examples' ? `examples ${range.start.line}` : `${kind} ${name}`);

function bounded(text: string): string {
  const lines = text.replace(/^\s*\n|\s+$/g, '').split('\n');
  return lines.length > LINES ? [...lines.slice(0, LINES), '…'].join('\n') : lines.join('\n');
}

const firstError = (diagnostics: readonly Diagnostic[]) => diagnostics.find((each) => each.severity === 1)?.message;

function failure(kind: Runnable['kind'], text: string): string {
  const from = { property: /^.*\*\*\* (?:Failed|Gave up)/m, spec: /^ {2}1\) /m, tasty: /^.*FAIL/m, examples: /^/, main: /^/ }[kind];
  const start = text.search(from);
  const rest = start < 0 ? text : text.slice(start);
  return bounded(rest.split(/^\s*To rerun use:|^Randomized with seed|^\s*Use -p /m)[0]!);
}

const NOTHING_RAN = /^(?:All 0 tests passed|0 examples, )/m;
const SUMMARY = /\+\+\+ OK.*|^\d+ examples?, .*|^All \d+ tests passed.*/m;

/** Of the runnable that was run. */
export function resultOf(kind: Runnable['kind'], finished: Finished, text: string): Result {
  if (finished.outcome === 'exited' && finished.exitCode === 0) {
    if (NOTHING_RAN.test(text)) return { state: 'failed', said: 'No test of this name was there to be run.' };
    return { state: 'passed', said: SUMMARY.exec(text)?.[0].trim() ?? 'Passed.' };
  }
  const known = OUTCOMES[finished.outcome] ?? firstError(finished.diagnostics) ?? finished.reason;
  if (finished.outcome !== 'exited') return { state: 'failed', said: bounded(known ?? 'It ended before it was through.') };
  return { state: 'failed', said: failure(kind, text) || 'It failed and said nothing.' };
}

/** hspec's tree, by the path of each test. */
function hspecMarks(text: string): Map<string, Result['state']> {
  const found = new Map<string, Result['state']>();
  const around: { indent: number; name: string }[] = [];
  for (const line of text.split('\n')) {
    if (/^Failures:/.test(line)) break;
    const [, blanks, name, mark] = /^( *)(\S.*?)(?: \[(✔|✘|‐|\+|-|x)\])?(?: FAILED \[\d+\])?$/.exec(line) ?? [];
    if (blanks === undefined || name === undefined) continue;
    while (around.length > 0 && around.at(-1)!.indent >= blanks.length) around.pop();
    const path = [...around.map((each) => each.name), name].join('/');
    if (mark === '✔' || mark === '+') found.set(path, 'passed');
    else if (mark === '✘' || mark === 'x' || line.includes(' FAILED [')) found.set(path, 'failed');
    around.push({ indent: blanks.length, name });
  }
  return found;
}

/** tasty's tree, by the path of each test. */
function tastyMarks(text: string): Map<string, Result['state']> {
  const found = new Map<string, Result['state']>();
  const around: { indent: number; name: string }[] = [];
  for (const line of text.split('\n')) {
    const [, blanks, name, mark] = /^( *)(\S.*?)(?:: +(OK|FAIL)(?: \(.*\))?)?$/.exec(line) ?? [];
    if (blanks === undefined || name === undefined) continue;
    while (around.length > 0 && around.at(-1)!.indent >= blanks.length) around.pop();
    around.push({ indent: blanks.length, name });
    if (mark) found.set(around.map((each) => each.name).join('.'), mark === 'OK' ? 'passed' : 'failed');
  }
  return found;
}

const TREES = {
  spec: { marks: hspecMarks, separator: '/' },
  tasty: { marks: tastyMarks, separator: '.' },
};

/** What evaluating examples would change: nothing where they hold. */
export function checkedExamples(which: Runnable, edits: readonly TextEdit[]): Result {
  const wrong = edits.filter(({ range }) => range.start.line >= which.range.start.line && range.start.line <= which.range.end.line);
  if (wrong.length === 0) return { state: 'passed', said: 'The results are as written.' };
  const said = wrong.map(({ range, newText }) => `line ${range.start.line + 1} gives:${newText.replace(/^(\s*)--+ ?/gm, '$1') || ' nothing'}`);
  return { state: 'failed', said: bounded(said.join('\n')) };
}

/** The marks of all that a run of one of them says something about. */
export function resultsOf(ran: Runnable, runnables: readonly Runnable[], finished: Finished, text: string): Map<string, Result> {
  const found = new Map([[keyOf(ran), resultOf(ran.kind, finished, text)]]);
  if (finished.outcome !== 'exited') return found;
  if (ran.kind !== 'spec' && ran.kind !== 'tasty') return found;
  const { marks, separator } = TREES[ran.kind];
  const all = [...marks(text)];
  for (const each of runnables) {
    if (each.kind !== ran.kind || keyOf(each) === keyOf(ran)) continue;
    const state = all.find(([name]) => name === each.name || name.endsWith(`${separator}${each.name}`))?.[1];
    if (state) found.set(keyOf(each), { state, said: '' });
  }
  return found;
}
