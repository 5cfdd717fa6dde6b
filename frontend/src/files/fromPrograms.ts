// What programs wrote in the session beside the workspace's files: named after each run, read when it is wanted.

import { computed, effect, signal } from '@preact/signals';
import type { ProducedFiles } from '../protocol';
import { shown } from '../runs/store';
import { rpc } from '../workspace/session';
import { sessionStatus } from '../workspace/store';

const PATIENCE_MS = 15_000;
/** Between two pieces: each goes to every window of the session, and must not push aside what else these are told. */
const PAUSE_MS = 150;

export const produced = signal<ProducedFiles | null>(null);

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
  const found = await rpc.call('session/produced', {}, { repeatable: true, timeoutMs: PATIENCE_MS }).catch(() => null);
  if (found && number === newest) produced.value = found;
}

effect(() => {
  if (ended.value !== null) void refreshProduced();
});

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
