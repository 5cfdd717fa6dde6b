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
import { allBreakpoints, breakpoints } from './breakpoints';

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
  await startRun({ mode: 'debug', pane: 'output', breakpoints: allBreakpoints() });
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

export function show({ path, range }: DebugPlace): void {
  if (path !== null && range) void goTo({ uri: uriOf(path), range });
}

function tell(all: Breakpoint[]): void {
  const run = debugging.peek();
  if (run) rpc.call('debug/breakpoints', { runId: run.id, breakpoints: all }).catch(failed);
}

effect(() => {
  const place = looked.value;
  if (place) show(place);
});
let told: unknown = breakpoints.peek();
effect(() => {
  if (breakpoints.value === told) return;
  told = breakpoints.value;
  tell(allBreakpoints());
});
