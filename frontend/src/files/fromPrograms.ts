// What programs wrote in the session beside the workspace's files: named after each run, read when it is wanted.

import { computed, effect, signal } from '@preact/signals';
import type { ProducedFile, ProducedFiles } from '../protocol';
import { shown } from '../runs/store';
import { rpc } from '../workspace/session';
import { sessionStatus } from '../workspace/store';

const PATIENCE_MS = 15_000;
/** Between two pieces: a connection may send only so many messages a second. */
const PAUSE_MS = 40;

export const produced = signal<ProducedFiles | null>(null);

const isUp = computed(() => sessionStatus.value?.state === 'ready' || sessionStatus.value?.state === 'moved');
/** Which runs of this page have ended, while the session is up. */
const ended = computed(() => (isUp.value ? Object.values(shown).map(({ value }) => (value?.progress.value.finished ? value.id : '')).join(' ') : null));

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

/** The file's first `most` bytes. Rejects with a sentence. */
export async function readProduced({ path }: ProducedFile, most = Infinity): Promise<Uint8Array<ArrayBuffer>[]> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for (let offset = 0, end = most; offset < end;) {
    if (offset > 0) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    const { data, bytes } = await rpc.call('session/readProduced', { path, offset }, { repeatable: true, timeoutMs: PATIENCE_MS });
    const piece = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    if (piece.length === 0) break;
    pieces.push(piece);
    offset += piece.length;
    end = Math.min(end, bytes); // one that still grows comes to an end
  }
  return pieces;
}
