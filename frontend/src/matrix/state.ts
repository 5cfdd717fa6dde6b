// The program on every toolchain: a run for each, started together and followed like any other.

import { computed, effect, signal } from '@preact/signals';
import type { MatrixRow, MatrixStart } from '../protocol';
import { splitArguments } from '../runs/arguments';
import { options } from '../runs/options';
import { isLive } from '../runs/progress';
import { Run } from '../runs/run';
import { attach, stopRun, tellAck } from '../runs/store';
import { announce } from '../shell/announce';
import { showTab } from '../shell/layout';
import { toast } from '../shell/toasts';
import { ensureWorkspace } from '../workspace/adopt';
import { flushDocuments } from '../workspace/saving';
import { rpc } from '../workspace/session';

export type MatrixMode = MatrixStart['mode'];

/** `run` null: a quota refused it, or it waits for another one to end. */
export interface Row extends Omit<MatrixRow, 'runId'> { run: Run | null; waits: boolean }

export interface Matrix { params: MatrixStart; rows: readonly Row[] }

export const matrix = signal<Matrix | null>(null);
export const asking = signal(false);

const live = (row: Row) => row.run !== null && isLive(row.run.progress.value);
export const goesOn = computed(() => asking.value || (matrix.value?.rows.some((row) => live(row) || row.waits) ?? false));

function rowOf({ runId, ...told }: MatrixRow, mode: MatrixMode): Row {
  const run = runId === null ? null : attach(new Run(runId, mode, 'output', mode !== 'interpret', told.toolchain, tellAck));
  return { ...told, run, waits: told.limit === 'runs' };
}

async function ask(params: MatrixStart): Promise<Row[]> {
  asking.value = true;
  try {
    const { rows } = await rpc.call('haskell/matrix', params, { repeatable: true, timeoutMs: 60_000 });
    return rows.map((row) => rowOf(row, params.mode));
  } finally {
    asking.value = false;
  }
}

export async function startMatrix(mode: MatrixMode): Promise<void> {
  showTab('matrix');
  stopMatrix();
  const { arguments: line, stdin, entry, optimization } = options.value;
  const requestId = crypto.randomUUID().replaceAll('-', '');
  const program = mode !== 'test' && entry !== null ? { entry } : {};
  const params: MatrixStart = { requestId, mode, ...program, optimization, args: splitArguments(line), stdin };
  try {
    await ensureWorkspace();
    flushDocuments();
    matrix.value = { params, rows: await ask(params) };
  } catch (error) {
    toast((error as Error).message, 'bad');
  }
}

/** Only so many run at once: the rest follows as they end. */
async function startWaiting(): Promise<void> {
  const before = matrix.value;
  const names = before?.rows.filter((row) => row.waits).map((row) => row.toolchain) ?? [];
  if (!before || names.length === 0) return;
  try {
    const rows = await ask({ ...before.params, toolchains: names });
    if (matrix.value !== before) return;
    matrix.value = { ...before, rows: before.rows.map((row) => rows.find((each) => each.toolchain === row.toolchain) ?? row) };
  } catch (error) {
    toast((error as Error).message, 'bad');
  }
}

export function stopMatrix(): void {
  const now = matrix.value;
  if (!now) return;
  matrix.value = { ...now, rows: now.rows.map((row) => ({ ...row, waits: false })) };
  for (const row of now.rows) if (row.run && live(row)) stopRun(row.run);
}

effect(() => {
  const rows = matrix.value?.rows ?? [];
  const running = rows.filter(live).length;
  if (rows.length === 0 || asking.value || running > 0) return;
  if (rows.some((row) => row.waits)) setTimeout(() => void startWaiting(), 500);
  else announce('Every toolchain is done.');
});
