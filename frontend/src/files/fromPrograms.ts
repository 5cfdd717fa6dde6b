// What programs wrote in the session beside the workspace's files: named after each run, read and deleted when it is wanted.

import { computed, effect, signal } from '@preact/signals';
import type { ProducedFile, ProducedFiles } from '../protocol';
import { shown } from '../runs/store';
import { toast } from '../shell/toasts';
import { doLater } from '../shell/undo';
import { rpc } from '../workspace/session';
import { sessionStatus } from '../workspace/store';

const PATIENCE_MS = 15_000;
/** Between two pieces: each goes to every window of the session, and must not push aside what else these are told. */
const PAUSE_MS = 150;

const found = signal<ProducedFiles | null>(null);
/** What was deleted a moment ago, and goes when that can no longer be undone. */
const doomed = signal<ReadonlySet<string>>(new Set());
const keyOf = ({ path, modified }: ProducedFile) => `${modified} ${path}`;

export const produced = computed<ProducedFiles | null>(() => {
  if (!found.value) return null;
  const files = found.value.files.filter((each) => !doomed.value.has(keyOf(each)));
  return { files, count: found.value.count - (found.value.files.length - files.length) };
});

const isUp = computed(() => sessionStatus.value?.state === 'ready' || sessionStatus.value?.state === 'moved');
/** Which runs of this page have ended, while the session is up: its files may be others. */
const ended = computed(() =>
  isUp.value
    ? [sessionStatus.value?.state, ...Object.values(shown).map(({ value }) => (value?.progress.value.finished ? value.id : ''))].join(' ')
    : null,
);

let newest = 0;

/** Asks a session that is up; a sleeping one is left asleep, with the list as it was. */
export async function refreshProduced(): Promise<void> {
  if (!isUp.peek()) return;
  const number = ++newest;
  const now = await rpc.call('session/produced', {}, { repeatable: true, timeoutMs: PATIENCE_MS }).catch(() => null);
  if (now && number === newest) found.value = now;
}

effect(() => {
  if (ended.value !== null) void refreshProduced();
});

/** Deletes the file as it is now: one that a program writes anew in the meantime stays. */
export function deleteProduced(file: ProducedFile): void {
  const key = keyOf(file);
  doomed.value = new Set(doomed.value).add(key);
  const back = () => {
    doomed.value = new Set([...doomed.value].filter((each) => each !== key));
  };
  const isAnother = () => found.peek()?.files.some((each) => each.path === file.path && keyOf(each) !== key);
  doLater(`Deleting ${file.path}.`, () => void (isAnother() ? Promise.resolve() : remove(file)).finally(back), back);
}

async function remove({ path }: ProducedFile): Promise<void> {
  const number = ++newest;
  try {
    const left = await rpc.call('session/deleteProduced', { path }, { timeoutMs: PATIENCE_MS });
    if (number === newest) found.value = left;
  } catch (error) {
    toast((error as Error).message, 'bad');
  }
}

export interface Content {
  pieces: Uint8Array<ArrayBuffer>[];
  /** There is no more of the file. */
  whole: boolean;
}

let last: Promise<unknown> = Promise.resolve();

/** The file's first `most` bytes, after what is being read already; it ends early when it is wanted no more. Rejects with a sentence. */
export function readProduced(path: string, most = Infinity, isWanted = () => true): Promise<Content> {
  const reading = last.then(() => read(path, most, isWanted));
  last = reading.catch(() => undefined);
  return reading;
}

async function read(path: string, most: number, isWanted: () => boolean): Promise<Content> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for (let offset = 0, size = Infinity; offset < most && isWanted();) {
    if (offset > 0) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    const { data, bytes } = await rpc.call('session/readProduced', { path, offset }, { repeatable: true, timeoutMs: PATIENCE_MS });
    const piece = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    pieces.push(piece);
    offset += piece.length;
    size = Math.min(size, bytes); // one that still grows comes to an end
    if (piece.length === 0 || offset >= size) return { pieces, whole: true };
  }
  return { pieces, whole: false };
}
