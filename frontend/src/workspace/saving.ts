// What is typed, until it is in the database.

import type { ChangeSet, Text } from '@codemirror/state';
import { readFile } from '../api/files';
import type { Document } from './document';
import { keepDraft } from './drafts';
import { documents, sync } from './opened';
import { rpc } from './session';
import { workspace } from './store';

const DRAFT_MS = 500;
const CHECK_MS = 3_000;

/** When the keyboard last changed a text, in milliseconds of this browser's clock. */
export const lastTyped = { at: 0 };

const id = () => workspace.value?.id ?? '';

/** One waiting call for each document; a later one takes its place. */
class Later {
  private readonly timers = new Map<Document, ReturnType<typeof setTimeout>>();

  constructor(
    private readonly ms: number,
    private readonly run: (doc: Document) => void,
  ) {}

  start(doc: Document): void {
    this.cancel(doc);
    this.timers.set(
      doc,
      setTimeout(() => this.run(doc), this.ms),
    );
  }

  cancel(doc: Document): void {
    clearTimeout(this.timers.get(doc));
    this.timers.delete(doc);
  }
}

function keep(doc: Document): void {
  if (id() && doc.saved.value !== 'saved') keepDraft(id(), doc.path, { text: doc.toString(), etag: doc.etag });
}

/** Asks for the saved text when nobody said that it was saved: typed and taken back leaves nothing to save. */
async function check(doc: Document): Promise<void> {
  if (doc.saved.value === 'saved' || !rpc.isReady) return;
  const text = doc.toString();
  const found = await readFile(id(), doc.path);
  if (found.text === text && !doc.hasUnsent) settled(doc, found.etag);
}

const drafting = new Later(DRAFT_MS, keep);
const checking = new Later(CHECK_MS, (doc) => void check(doc).catch(() => undefined));

/** Takes what the server has already. */
export function taken(doc: Document, changes: ChangeSet, after: Text): void {
  doc.change(changes, after);
  sync.changed(doc);
}

/** Takes what was typed in the editor. */
export function typed(doc: Document, changes: ChangeSet, after: Text): void {
  taken(doc, changes, after);
  lastTyped.at = Date.now();
  doc.saved.value = rpc.isReady ? 'saving' : 'waiting';
  drafting.start(doc);
  checking.start(doc);
}

/** What was typed before there was a connection is on its way now. */
export function sending(doc: Document): void {
  if (doc.saved.value === 'saved') return;
  doc.saved.value = 'saving';
  checking.start(doc);
}

export function settled(doc: Document, etag: string): void {
  doc.etag = etag;
  doc.saved.value = 'saved';
  drafting.cancel(doc);
  checking.cancel(doc);
  keepDraft(id(), doc.path, null);
}

/** Sends what still waits, so that a run sees the text that the user sees. */
export function flushDocuments(): void {
  sync.flush(documents.values());
}

addEventListener('pagehide', () => documents.forEach(keep));
