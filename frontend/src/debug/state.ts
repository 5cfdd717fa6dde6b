// The run under the debugger and where it stands.

import { computed, effect } from '@preact/signals';
import type { Breakpoint, DebugPlace } from '../protocol';
import { goTo } from '../editor/view';
import { isLive } from '../runs/progress';
import { shown, startRun, stopRun } from '../runs/store';
import { showTab } from '../shell/layout';
import { toast } from '../shell/toasts';
import { flushDocuments } from '../workspace/saving';
import { rpc } from '../workspace/session';
import { uriOf } from '../workspace/diagnostics';
import { readOnly } from '../workspace/store';
import { documents } from '../workspace/opened';
import { allBreakpoints, breakpoints } from './breakpoints';

/** The versions of the texts that the program was made of. */
let madeOf: ReadonlyMap<string, number> = new Map();
/** The breakpoints that the debugger knows. */
let told = '';

/** The debugged run of this page, while it lives. */
export const debugging = computed(() => {
  const run = shown.output.value;
  return run?.mode === 'debug' && isLive(run.progress.value) ? run : null;
});

/** What it says of itself; null: there is none, or it has not stood yet. */
export const standing = computed(() => {
  const now = debugging.value?.debugged.value ?? null;
  return now?.state === 'paused' ? now : null;
});

/** The place that is looked at: where it stands, or a step of the way there. */
export const looked = computed((): DebugPlace | null => standing.value?.at ?? null);

export type Step = 'step' | 'stepLocal' | 'continue' | 'back' | 'forward';

const failed = (error: unknown) => toast((error as Error).message, 'bad');

export async function debugProgram(): Promise<void> {
  if (readOnly.peek()) return;
  if (debugging.peek()) {
    step('continue');
    return;
  }
  showTab('debug');
  flushDocuments();
  madeOf = new Map([...documents].map(([path, doc]) => [path, doc.version]));
  const all = allBreakpoints();
  told = JSON.stringify(all);
  await startRun({ mode: 'debug', pane: 'output', breakpoints: all });
}

export function step(action: Step): void {
  const run = debugging.peek();
  if (run && standing.peek()) rpc.call('debug/step', { runId: run.id, action }).catch(failed);
}

export function force(text: string): void {
  const run = debugging.peek();
  if (run) rpc.call('debug/force', { runId: run.id, text }).catch(failed);
}

export function evaluateThere(text: string): void {
  const run = debugging.peek();
  if (run && text.trim()) rpc.call('debug/evaluate', { runId: run.id, text }).catch(failed);
}

export function stopDebugging(): void {
  const run = debugging.peek();
  if (run) stopRun(run);
}

export function show({ path, range }: DebugPlace, takeKeyboard = true): void {
  if (path !== null && range) void goTo({ uri: uriOf(path), range }, takeKeyboard);
}

/** The line in the text that the program was made of, whatever was typed since. */
function lineThen(path: string, line: number): number {
  const doc = documents.get(path);
  const since = doc && madeOf.has(path) ? doc.since(madeOf.get(path)!) : null;
  if (!doc || !since || line >= doc.text.lines) return line;
  return since.doc.lineAt(since.changes.invertedDesc.mapPos(doc.text.line(line + 1).from, 1)).number - 1;
}

function tell(all: Breakpoint[]): void {
  const run = debugging.peek();
  const wanted = all.map(({ path, line }) => ({ path, line: lineThen(path, line) }));
  if (!run || JSON.stringify(wanted) === told) return;
  told = JSON.stringify(wanted);
  rpc.call('debug/breakpoints', { runId: run.id, breakpoints: wanted }).catch(failed);
}

let lookedBefore = '';

/** It is told of a place again when something else there is news: the editor goes there once. */
effect(() => {
  const place = looked.value;
  const now = JSON.stringify(place);
  if (place && now !== lookedBefore) show(place, document.activeElement?.closest('.debug') == null);
  lookedBefore = now;
});
breakpoints.subscribe(() => tell(allBreakpoints()));
