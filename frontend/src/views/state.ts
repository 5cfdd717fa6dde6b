// What is looked at of what GHC makes of the file in front: which stage, how optimised, beside which other level.

import { computed, effect, signal } from '@preact/signals';
import { type DumpOf, ErrorCode, type ModuleView } from '../protocol';
import { listToolchains } from '../api/service';
import { recall, remember } from '../lib/storage';
import { RpcError } from '../rpc/errors';
import { announce } from '../shell/announce';
import { showTab } from '../shell/layout';
import { ensureWorkspace } from '../workspace/adopt';
import { uriOf } from '../workspace/diagnostics';
import { active } from '../workspace/opened';
import { flushDocuments } from '../workspace/saving';
import { rpc } from '../workspace/session';
import { workspace } from '../workspace/store';

export type Stage = DumpOf['stage'];
export type Level = 0 | 1 | 2;

export interface Wanted {
  stage: Stage;
  level: Level;
  details: boolean;
  /** The level, or the toolchain at this level, that it is compared with. */
  against: Level | string | null;
}

export interface Shown {
  path: string;
  wanted: Wanted;
  view: ModuleView;
  other: ModuleView | null;
}

export const STAGES: [Stage, string][] = [
  ['core', 'Core'],
  ['stg', 'STG'],
  ['cmm', 'Cmm'],
  ['asm', 'Assembly'],
];
export const LEVELS: Level[] = [0, 1, 2];

const FIRST: Wanted = { stage: 'core', level: 1, details: false, against: null };
const PATIENCE_MS = 90_000;
/** Until a text that was changed while GHC had it is compiled as it is then. */
const AGAIN_MS = 500;

export const wanted = signal<Wanted>({ ...FIRST, ...recall<Partial<Wanted>>('views', {}) });
export const shown = signal<Shown | null>(null);
export const failure = signal<string | null>(null);
export const asking = signal(false);
/** The file that was last asked for; null when none could be. */
export const askedFor = signal<string | null>(null);
/** Its text was changed since. */
export const changed = signal(false);
/** What is shown is of an older text than its file has: no line of the one is a line of the other. */
export const outdated = signal(false);
/** The line of the source whose part of the view is lit, from 0. */
export const lit = signal<number | null>(null);

effect(() => remember('views', wanted.value));

const toolchains = signal<string[]>([]);
/** What else there is than the workspace's own. */
export const otherToolchains = computed(() => toolchains.value.filter((name) => name !== workspace.value?.toolchain));

export async function loadToolchains(): Promise<void> {
  if (toolchains.peek().length > 0) return;
  // Without the list there is less to compare with.
  toolchains.value = (await listToolchains().catch(() => [])).map(({ name }) => name);
}

const ask = (path: string, other: Level | string, { stage, details, level }: Wanted): Promise<ModuleView> => {
  const where = typeof other === 'string' ? { optimization: level, toolchain: other } : { optimization: other };
  return rpc.call('haskell/dump', { uri: uriOf(path), stage, details, ...where }, { repeatable: true, timeoutMs: PATIENCE_MS });
};

let newest = 0;

/** Has the file in front compiled and shows what became of it; a newer wish makes an older one vain. */
export async function look(change: Partial<Wanted> = {}): Promise<void> {
  showTab('views');
  const now = (wanted.value = { ...wanted.value, ...change });
  if (now.against === now.level || now.against === workspace.peek()?.toolchain) now.against = null;
  await compile(now);
}

async function compile(now: Wanted): Promise<void> {
  const number = ++newest;
  [asking.value, askedFor.value] = [true, null];
  try {
    await ensureWorkspace();
    const path = active.peek()?.path;
    if (path === undefined) throw new Error('Open a Haskell file first.');
    flushDocuments();
    [askedFor.value, changed.value] = [path, false];
    const view = await ask(path, now.level, now);
    const other = now.against === null ? null : await ask(path, now.against, now);
    if (number !== newest) return;
    [shown.value, failure.value, lit.value, outdated.value] = [{ path, wanted: now, view, other }, null, null, changed.peek()];
    announce(`${nameOf(now.stage)} of ${path} is there.`);
  } catch (error) {
    if (number !== newest) return;
    if (error instanceof RpcError && error.code === ErrorCode.CONTENT_MODIFIED) setTimeout(() => number === newest && void compile(now), AGAIN_MS);
    else [failure.value, asking.value] = [(error as Error).message, false];
    return;
  }
  if (number === newest) asking.value = false;
}

export const nameOf = (stage: Stage) => STAGES.find(([name]) => name === stage)![1];
