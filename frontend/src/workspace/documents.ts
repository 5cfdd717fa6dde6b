// Opening, closing and moving the files that tabs show.

import { readFile } from '../api/files';
import { recall, remember } from '../lib/storage';
import { toast } from '../shell/toasts';
import { Document } from './document';
import { drafts, keepDraft } from './drafts';
import { activePath, documents, openPaths, replaceText, sync } from './opened';
import { files, workspace } from './store';
import { renamed } from './tree';

const tabsKey = () => `tabs:${workspace.value?.id ?? ''}`;

function rememberTabs(): void {
  if (workspace.value?.id) remember(tabsKey(), { open: openPaths.value, active: activePath.value });
}

/** Puts a text in front without asking the server: examples, shares. */
export function placeDocument(path: string, text: string, etag: string): Document {
  const doc = new Document(path, text, etag);
  documents.set(path, doc);
  return doc;
}

/** Typed text that was not saved comes back by itself only onto the text that it was typed on. */
function bringBack(doc: Document, saved: string): void {
  const id = workspace.value?.id ?? '';
  const draft = drafts(id)[doc.path];
  if (!draft || draft.text === saved) {
    keepDraft(id, doc.path, null);
  } else if (draft.etag === doc.etag) {
    doc.replace(draft.text);
    doc.saved.value = 'waiting';
  } else {
    toast(`${doc.path} was changed elsewhere since you typed here.`, 'info', {
      label: 'Bring back my text',
      run: () => replaceText(doc, draft.text),
    });
  }
}

async function load(path: string): Promise<Document> {
  const found = await readFile(workspace.value?.id ?? '', path);
  const doc = placeDocument(path, found.text, found.etag);
  bringBack(doc, found.text);
  sync.opened(doc);
  return doc;
}

const loading = new Map<string, Promise<Document>>();

function loadOnce(path: string): Promise<Document> {
  const found = loading.get(path) ?? load(path).finally(() => loading.delete(path));
  loading.set(path, found);
  return found;
}

/** The file's document, with a tab, but not in front. */
export async function loadDocument(path: string): Promise<Document> {
  const doc = documents.get(path) ?? (await loadOnce(path));
  if (!openPaths.value.includes(path)) openPaths.value = [...openPaths.value, path];
  return doc;
}

export async function openDocument(path: string): Promise<Document | null> {
  try {
    const doc = await loadDocument(path);
    activePath.value = path;
    rememberTabs();
    return doc;
  } catch (error) {
    toast(`${path} could not be opened: ${(error as Error).message}`, 'bad');
    return null;
  }
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

let leaving: string | null = null;

/** Whether the path is being renamed: told to be gone, its file is not closed. */
export const isLeaving = (path: string) => leaving !== null && renamed(path, leaving, '') !== null;

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
    documents.delete(path);
    doc.path = place(path);
    documents.set(doc.path, doc);
  }
  openPaths.value = openPaths.value.map(place);
  if (activePath.value !== null) activePath.value = place(activePath.value);
  rememberTabs();
}
