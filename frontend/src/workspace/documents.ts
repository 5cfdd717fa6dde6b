// The open files: loading, typing, saving, and what happens when they change elsewhere.

import { type ChangeSet, Text } from '@codemirror/state';
import { computed, signal } from '@preact/signals';
import { readFile } from '../api/files';
import { getWorkspace } from '../api/workspaces';
import { recall, remember } from '../lib/storage';
import { toast } from '../shell/toasts';
import { pathOf } from './diagnostics';
import { Document } from './document';
import { type Draft, drafts, keepDraft } from './drafts';
import { onGreet, onReady, rpc } from './session';
import { files, forgetFile, setFile, setProblems, showWorkspace, workspace } from './store';
import { Sync } from './sync';
import { renamed } from './tree';

export const openPaths = signal<readonly string[]>([]);
export const activePath = signal<string | null>(null);
export const active = computed(() => (activePath.value === null ? null : (documents.get(activePath.value) ?? null)));

/** Counts up when a text was replaced from outside, so that the editor shows it. */
export const replaced = signal(0);

const documents = new Map<string, Document>();
const sync = new Sync(rpc);
const tabsKey = () => `tabs:${workspace.value?.id ?? ''}`;
const textOf = (text: string) => Text.of(text.split(/\r\n?|\n/));

export const getDocument = (path: string) => documents.get(path);

function rememberTabs(): void {
  if (workspace.value?.id) remember(tabsKey(), { open: openPaths.value, active: activePath.value });
}

/** Puts a text in front without asking the server: examples, shares, new files. */
export function placeDocument(path: string, text: string, etag: string): Document {
  const doc = new Document(path, textOf(text), etag);
  documents.set(path, doc);
  return doc;
}

function restore(doc: Document, draft: Draft): void {
  doc.text = textOf(draft.text);
  doc.saved.value = 'waiting';
}

/** Typed text that was not saved comes back by itself only onto the text that it was typed on. */
function bringBack(doc: Document, draft: Draft): void {
  if (draft.etag === doc.etag) {
    restore(doc, draft);
    return;
  }
  toast(`${doc.path} was changed elsewhere since you typed here.`, 'info', {
    label: 'Bring back my text',
    run: () => {
      restore(doc, draft);
      show(doc);
    },
  });
}

/** A text that did not come from the keyboard is put before the user and sent. */
function show(doc: Document): void {
  doc.state = null;
  replaced.value += 1;
  sync.opened(doc);
}

async function load(path: string): Promise<Document> {
  const id = workspace.value?.id ?? '';
  const found = await readFile(id, path);
  const doc = placeDocument(path, found.text, found.etag);
  const draft = drafts(id)[path];
  if (draft && draft.text !== found.text) bringBack(doc, draft);
  else keepDraft(id, path, null);
  return doc;
}

export async function openDocument(path: string): Promise<Document | null> {
  let doc = documents.get(path);
  if (!doc) {
    try {
      doc = await load(path);
    } catch (error) {
      toast(`${path} could not be opened: ${(error as Error).message}`, 'bad');
      return null;
    }
    sync.opened(doc);
  }
  if (!openPaths.value.includes(path)) openPaths.value = [...openPaths.value, path];
  activePath.value = path;
  rememberTabs();
  return doc;
}

export function closeDocument(path: string): void {
  const index = openPaths.value.indexOf(path);
  const doc = documents.get(path);
  if (doc) sync.closed(doc);
  documents.delete(path);
  openPaths.value = openPaths.value.filter((each) => each !== path);
  if (activePath.value === path) activePath.value = openPaths.value[Math.max(0, index - 1)] ?? null;
  rememberTabs();
}

/** Texts that no tab shows are not kept open on the server. */
export function forgetUnopened(): void {
  for (const path of [...documents.keys()]) if (!openPaths.value.includes(path)) documents.delete(path);
}

/** Opens what was open when the page was left, else the entry. */
export async function openUsual(entry: string | null): Promise<void> {
  const kept = recall<{ open: string[]; active: string | null }>(tabsKey(), { open: [], active: null });
  const paths = kept.open.filter((path) => files.value.has(path));
  const first = kept.active !== null && paths.includes(kept.active) ? kept.active : (paths[0] ?? entry);
  await Promise.all(paths.filter((path) => path !== first).map((path) => openDocument(path)));
  if (first !== null && files.value.has(first)) await openDocument(first);
  openPaths.value = [...paths, ...openPaths.value.filter((path) => !paths.includes(path))];
}

/** When the keyboard last changed a text, in milliseconds of this browser's clock. */
export const lastTyped = { at: 0 };

/** Takes what was typed in the editor. */
export function typed(doc: Document, changes: ChangeSet, after: Text): void {
  doc.change(changes, after);
  lastTyped.at = Date.now();
  doc.saved.value = rpc.isReady ? 'saving' : 'waiting';
  sync.changed(doc);
  scheduleDraft(doc);
  checkSaved(doc);
}

export function flushDocuments(): void {
  sync.flush(documents.values());
}

const draftTimers = new Map<Document, ReturnType<typeof setTimeout>>();

function scheduleDraft(doc: Document): void {
  clearTimeout(draftTimers.get(doc));
  draftTimers.set(
    doc,
    setTimeout(() => {
      const id = workspace.value?.id;
      if (id && doc.saved.value !== 'saved') keepDraft(id, doc.path, { text: doc.text.toString(), etag: doc.etag });
    }, 500),
  );
}

const SAVE_MS = 3_000;
const saveChecks = new Map<Document, ReturnType<typeof setTimeout>>();

/** Asks for the saved text when nobody said that it was saved: typed and taken back leaves nothing to save. */
function checkSaved(doc: Document): void {
  clearTimeout(saveChecks.get(doc));
  const check = async () => {
    if (doc.saved.value === 'saved' || !rpc.isReady) return;
    const text = doc.text.toString();
    const found = await readFile(workspace.value?.id ?? '', doc.path);
    if (found.text === text && !doc.hasUnsent) {
      doc.etag = found.etag;
      settled(doc);
    }
  };
  saveChecks.set(doc, setTimeout(() => void check().catch(() => undefined), SAVE_MS));
}

function settled(doc: Document): void {
  doc.saved.value = 'saved';
  clearTimeout(draftTimers.get(doc));
  keepDraft(workspace.value?.id ?? '', doc.path, null);
}

/** What is being renamed: told to be gone, it is not closed. */
let leaving: string | null = null;

/** The server saves what is open under a path and forgets that it is open, while `rename` runs. */
export async function moveDocuments(from: string, to: string, rename: () => Promise<void>): Promise<void> {
  const moved = [...documents.values()].filter((doc) => renamed(doc.path, from, to) !== null);
  moved.forEach((doc) => sync.closed(doc));
  leaving = from;
  try {
    await rename();
    takePlace(from, to);
  } finally {
    leaving = null;
    moved.forEach((doc) => sync.opened(doc));
  }
}

function takePlace(from: string, to: string): void {
  const place = (path: string) => renamed(path, from, to) ?? path;
  for (const [path, doc] of [...documents]) {
    const next = renamed(path, from, to);
    if (next === null) continue;
    documents.delete(path);
    doc.path = next;
    documents.set(next, doc);
  }
  openPaths.value = openPaths.value.map(place);
  if (activePath.value !== null) activePath.value = place(activePath.value);
  rememberTabs();
}

async function reload(doc: Document): Promise<void> {
  const found = await readFile(workspace.value?.id ?? '', doc.path);
  if (doc.saved.value !== 'saved' || doc.hasUnsent) return;
  doc.etag = found.etag;
  if (found.text === doc.text.toString()) return;
  doc.text = textOf(found.text);
  show(doc);
}

rpc.on('file/changed', ({ path, etag, version }) => {
  const doc = documents.get(path);
  if (etag === null) {
    forgetFile(path);
    if (doc && (leaving === null || renamed(path, leaving, '') === null)) closeDocument(path);
    return;
  }
  setFile({ path, etag, bytes: doc?.text.length ?? files.value.get(path)?.bytes ?? 0 });
  if (!doc) return;
  if (version !== undefined && version !== null) {
    doc.etag = etag;
    if (version >= doc.version && !doc.hasUnsent) settled(doc);
  } else if (etag !== doc.etag && doc.saved.value === 'saved') {
    void reload(doc).catch(() => undefined);
  }
});

rpc.on('textDocument/publishDiagnostics', ({ uri, diagnostics, version }) => {
  const path = pathOf(uri);
  const doc = documents.get(path);
  if (doc && version !== undefined && version !== null) doc.diagnosedVersion = version;
  setProblems(path, diagnostics);
});

let connectedBefore = false;

/** After a lost connection: what changed elsewhere meanwhile is taken over, unless something was typed here. */
onGreet(async () => {
  const id = workspace.value?.id;
  if (connectedBefore && id) {
    const found = await getWorkspace(id);
    showWorkspace(found);
    const stale = [...documents.values()].filter(
      (doc) => doc.saved.value === 'saved' && files.value.get(doc.path)?.etag !== doc.etag,
    );
    await Promise.all(stale.filter((doc) => files.value.has(doc.path)).map(reload));
  }
  connectedBefore = true;
});

onReady(() => {
  for (const doc of documents.values()) {
    if (doc.saved.value === 'waiting') doc.saved.value = 'saving';
    sync.opened(doc);
    if (doc.saved.value !== 'saved') checkSaved(doc);
  }
});
