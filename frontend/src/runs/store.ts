// The runs of this page: starting, stopping, typing to them, and finding them again after a reload.

import { computed, signal } from '@preact/signals';
import { ErrorCode, type RunEvent, type RunSummary } from '../protocol';
import { recall, remember } from '../lib/storage';
import { ConnectionLost, RpcError } from '../rpc/errors';
import { announce } from '../shell/announce';
import { toast } from '../shell/toasts';
import { ensureWorkspace } from '../workspace/adopt';
import { flushDocuments } from '../workspace/saving';
import { onReady, rpc } from '../workspace/session';
import { files, workspace } from '../workspace/store';
import { programOf } from '../workspace/tree';
import { options } from './options';
import { given, isLive, measured } from './progress';
import { nameOf, request, titleOf, type Wanted } from './request';
import { Run } from './run';
import type { Mode, Pane } from './types';

const runs = new Map<string, Run>();

/** The newest run of each pane. */
export const shown: Record<Pane, ReturnType<typeof signal<Run | null>>> = {
  output: signal<Run | null>(null),
  terminal: signal<Run | null>(null),
  repl: signal<Run | null>(null),
};

export const liveRuns = computed(() =>
  Object.values(shown)
    .map((each) => each.value)
    .filter((run): run is Run => !!run && isLive(run.progress.value)),
);

interface Kept { pane: Pane; echoes: boolean; title: string; inputClosed: string | null }
const keptKey = () => `runs:${workspace.value?.id ?? ''}`;

function keep(run: Run): void {
  const kept = recall<Record<string, Kept>>(keptKey(), {}, 'session');
  const recent = Object.entries(kept).slice(-20);
  const now: Kept = { pane: run.pane, echoes: run.echoes, title: run.title.value, inputClosed: run.inputClosed.value };
  remember(keptKey(), { ...Object.fromEntries(recent), [run.id]: now }, 'session');
}

export function tellAck(runId: string, seq: number): void {
  rpc.notify('run/ack', { runId, seq });
}

/** From now on the run gets its events, those that came already first. */
export function attach(run: Run): Run {
  runs.set(run.id, run);
  for (const event of early.get(run.id) ?? []) run.take(event);
  early.delete(run.id);
  return run;
}

function adopt(run: Run): Run {
  attach(run);
  shown[run.pane].value = run;
  for (const [id, other] of runs) {
    if (!isLive(other.progress.value) && !Object.values(shown).some((each) => each.value === other)) runs.delete(id);
  }
  return run;
}

/** Why the last start was refused, as a sentence; shown where the output would be. */
export const refused = signal<string | null>(null);
/** What the last start waits for, as a sentence: it goes on by itself. */
export const awaited = signal<string | null>(null);
export const starting = signal(false);

const BUILDING_MS = 4000;
let again: ReturnType<typeof setTimeout> | undefined;

/** What the run needs is being made: it is asked for again until it is there, or something else is run. */
const isBuilding = (error: unknown) => error instanceof RpcError && (error.data as { building?: unknown } | undefined)?.building === true;

function waitFor(sentence: string, wanted: Wanted, askedAt: number): void {
  if (awaited.peek() === null) announce(sentence);
  awaited.value = sentence;
  again = setTimeout(() => void startRun(wanted, askedAt), BUILDING_MS);
}

export function waitNoLonger(): void {
  clearTimeout(again);
  awaited.value = null;
}

export async function startRun(wanted: Wanted, askedAt = Date.now()): Promise<Run | null> {
  clearTimeout(again);
  starting.value = true;
  try {
    await ensureWorkspace();
    flushDocuments();
    const params = request(wanted, options.value);
    // The same request again is the same run, so it may be sent again after a lost connection.
    const { runId } = await rpc.call('run/start', params, { repeatable: true, timeoutMs: 60_000 });
    const entry = entries.get(runId) ?? params.entry ?? programOf([...files.value.keys()], workspace.value?.entry ?? null) ?? 'main';
    const title = wanted.target?.name ?? titleOf(wanted, entry, params.args ?? [], options.value.optimization);
    refused.value = awaited.value = null;
    const run = new Run(runId, wanted.mode, wanted.pane, !!wanted.terminal, title, tellAck, askedAt);
    if (params.stdin !== undefined) run.inputClosed.value = 'All its input was given at the start.';
    keep(run);
    return adopt(run);
  } catch (error) {
    const { message } = error as Error;
    if (isBuilding(error)) waitFor(message, wanted, askedAt);
    else [refused.value, awaited.value] = [message, null];
    return null;
  } finally {
    starting.value = false;
  }
}

const OVER: readonly number[] = [ErrorCode.UNKNOWN_RUN, ErrorCode.SESSION_LOST];

/** A program that ended meanwhile shows so by itself; any other refusal is said. */
function failed(error: unknown): void {
  if (error instanceof ConnectionLost) toast('The connection was lost; what you sent last may not have arrived.', 'bad');
  else if (!(error instanceof RpcError && OVER.includes(error.code))) toast((error as Error).message, 'bad');
}

export function stopRun(run: Run): void {
  rpc.call('run/stop', { runId: run.id }, { repeatable: true }).catch(failed);
}

export function stopAll(): void {
  for (const run of liveRuns.value) if (run.mode !== 'repl' || liveRuns.value.length === 1) stopRun(run);
}

/** A program that does not read is given no more input. */
function refusedInput(run: Run, error: unknown): void {
  const limit = error instanceof RpcError ? (error.data as { limitBytes?: number } | undefined)?.limitBytes : undefined;
  if (limit === undefined) failed(error);
  else run.refuseInput(limit);
}

export function sendInput(run: Run, text: string): void {
  if (run.inputClosed.peek() !== null) return;
  if (!run.echoes) run.buffer.echo(text);
  run.progress.value = given(run.progress.peek());
  rpc.call('run/input', { runId: run.id, text }).catch((error: unknown) => refusedInput(run, error));
}

export function endInput(run: Run): void {
  run.inputClosed.value = 'You ended the input.';
  keep(run);
  rpc.call('run/input', { runId: run.id, eof: true }).catch((error: unknown) => refusedInput(run, error));
}

export function resizeRun(run: Run, columns: number, rows: number): void {
  if (isLive(run.progress.value)) rpc.call('run/resize', { runId: run.id, columns, rows }).catch(() => undefined);
}

/** Events that came before the answer to `run/start`. */
const early = new Map<string, RunEvent[]>();

rpc.on('run/event', (event) => {
  const run = runs.get(event.runId);
  if (run) run.take(event);
  else early.set(event.runId, [...(early.get(event.runId) ?? []), event]);
});

rpc.on('run/usage', (usage) => {
  const run = runs.get(usage.runId);
  if (run && isLive(run.progress.value)) run.progress.value = measured(run.progress.value, usage);
});

/** Which file each run found to be its program. */
const entries = new Map<string, string>();

rpc.on('run/started', ({ runId, mode, entry }) => {
  if (entry !== null) entries.set(runId, entry);
  const known = runs.get(runId);
  if (known && entry !== null) known.title.value = known.title.value.replace(/^main\b/, nameOf(entry));
  if (runs.has(runId) || starting.value) return;
  // Another window's run: it can be watched from here, but it does not push this window's own output aside.
  const pane = mode === 'repl' ? 'repl' : 'output';
  if (shown[pane].value && isLive(shown[pane].value.progress.value)) return;
  toast('A program was started in another window.', 'info', { label: 'Watch it', run: () => void follow(runId, mode, 0) });
});

async function follow(runId: string, mode: Mode, afterSeq: number, past?: RunSummary): Promise<void> {
  const kept = recall<Record<string, Kept>>(keptKey(), {}, 'session')[runId];
  if (!runs.has(runId)) {
    const pane = kept?.pane ?? (mode === 'repl' ? 'repl' : 'output');
    adopt(new Run(runId, mode, pane, kept?.echoes ?? mode !== 'interpret', kept?.title ?? mode, tellAck));
    runs.get(runId)!.inputClosed.value = kept?.inputClosed ?? null;
  }
  if (past) runs.get(runId)?.resumed(past.lastSeq, past.startedAt * 1000);
  await rpc.call('run/follow', { runId, afterSeq });
}

/** After a reload or a lost connection: goes on with every run of this page where it was left. */
async function resume(): Promise<void> {
  const kept = recall<Record<string, Kept>>(keptKey(), {}, 'session');
  const listed = await rpc.call('run/list', {});
  for (const past of listed.sort((a, b) => a.startedAt - b.startedAt)) {
    const { runId, mode, state } = past;
    const known = runs.get(runId);
    if (known && !isLive(known.progress.value)) continue;
    // What is being started comes with the answer to that, in its own pane.
    if (!known && !kept[runId] && (state === 'finished' || starting.peek())) continue;
    await follow(runId, mode, known?.lastSeq ?? 0, past).catch(() => undefined);
  }
  const ids = new Set(listed.map(({ runId }) => runId));
  for (const run of runs.values()) if (isLive(run.progress.value) && !ids.has(run.id)) await catchUp(run);
}

/** A run that ended too long ago to be listed: its row still tells how, if it is still there. */
async function catchUp(run: Run): Promise<void> {
  try {
    await rpc.call('run/follow', { runId: run.id, afterSeq: run.lastSeq });
  } catch (error) {
    if (error instanceof RpcError && error.code === ErrorCode.UNKNOWN_RUN) run.forgotten();
  }
}

onReady(() => void resume().catch(() => undefined));
