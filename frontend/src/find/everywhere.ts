// Looking through all files of the workspace, and replacing what was found.

import { computed, signal } from '@preact/signals';
import { readFile } from '../api/files';
import { applyEdits } from '../language/edits';
import { plural } from '../lib/format';
import { tab } from '../shell/layout';
import { toast } from '../shell/toasts';
import type { Document } from '../workspace/document';
import { loadDocument } from '../workspace/documents';
import { getDocument } from '../workspace/opened';
import { files, workspace } from '../workspace/store';
import { type FileMatches, type Match, matchesIn, patternOf, type Query, still } from './matches';

export const MOST = 2_000;
const AT_ONCE = 6;
const PAUSE_MS = 150;

export const query = signal<Query>({ text: '', regexp: false, caseSensitive: false, word: false });
/** What takes the place of each match; null: nothing is to be replaced. */
export const replacement = signal<string | null>(null);
export const found = signal<readonly FileMatches[] | null>(null);
export const searching = signal(false);
export const offered = signal(false);
export const isWrong = computed(() => query.value.text !== '' && patternOf(query.value) === null);
export const count = computed(() => (found.value ?? []).reduce((sum, { matches }) => sum + matches.length, 0));

const texts = new Map<string, { etag: string; text: string }>();

/** As it is in the editor, else as it is saved. */
async function textOf(path: string): Promise<string> {
  const open = getDocument(path);
  if (open) return open.toString();
  const etag = files.peek().get(path)?.etag ?? '';
  const known = texts.get(path);
  if (known && known.etag === etag) return known.text;
  const { text } = await readFile(workspace.peek()?.id ?? '', path);
  texts.set(path, { etag, text });
  return text;
}

/** All texts, a few at a time; one that can't be read is left out. */
async function allTexts(): Promise<[path: string, text: string][]> {
  const paths = [...files.peek().keys()].sort();
  const result = new Map<string, string>();
  const next = async (): Promise<void> => {
    for (let path = paths.shift(); path !== undefined; path = paths.shift()) {
      const text = await textOf(path).catch(() => null);
      if (text !== null) result.set(path, text);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
  return [...result].sort(([a], [b]) => (a < b ? -1 : 1));
}

let turn = 0;

async function search(): Promise<void> {
  const mine = ++turn;
  const asked = query.peek();
  if (!asked.text || isWrong.peek()) {
    found.value = null;
    return;
  }
  searching.value = true;
  const all = await allTexts();
  if (mine !== turn) return;
  let left = MOST;
  found.value = all.flatMap(([path, text]) => {
    const matches = matchesIn(text, asked, replacement.peek() ?? '', left);
    left -= matches.length;
    return matches.length > 0 ? [{ path, matches }] : [];
  });
  searching.value = false;
}

let timer: ReturnType<typeof setTimeout> | undefined;

const wanted = computed(() => ({ inView: tab.value === 'find', query: query.value, replacement: replacement.value, files: files.value }));

/** Looks again a moment after the query, or a file, has changed, while the list is in view. */
wanted.subscribe(({ inView }) => {
  clearTimeout(timer);
  if (inView) timer = setTimeout(() => void search(), PAUSE_MS);
});

function edit(doc: Document, matches: readonly Match[]): number {
  const standing = still(matches, doc.text.toJSON());
  applyEdits(
    doc,
    standing.map(({ line, from, to, replacement: newText }) => ({
      range: { start: { line, character: from }, end: { line, character: to } },
      newText,
    })),
  );
  return standing.length;
}

function putBack(before: readonly [Document, string, string][]): void {
  for (const [doc, old, now] of before) {
    if (doc.text.toString() !== now) continue;
    const end = { line: doc.text.lines - 1, character: doc.text.line(doc.text.lines).length };
    applyEdits(doc, [{ range: { start: { line: 0, character: 0 }, end }, newText: old }]);
  }
}

/** Replaces these places, which can be undone as a whole. */
export async function replaceAll(chosen: readonly FileMatches[]): Promise<void> {
  const before: [Document, string, string][] = [];
  let done = 0;
  try {
    for (const { path, matches } of chosen) {
      const doc = await loadDocument(path);
      const old = doc.text.toString();
      done += edit(doc, matches);
      before.push([doc, old, doc.text.toString()]);
    }
  } catch (error) {
    toast((error as Error).message, 'bad');
  }
  if (done > 0) toast(`Replaced ${plural(done, 'place')} in ${plural(before.length, 'file')}.`, 'ok', { label: 'Undo', run: () => putBack(before) });
  await search();
}

/** Takes a match off the list, so that it is not replaced. */
export function leaveOut(path: string, match: Match): void {
  found.value = (found.value ?? []).flatMap((file) => {
    const matches = file.path === path ? file.matches.filter((each) => each !== match) : file.matches;
    return matches.length > 0 ? [{ ...file, matches }] : [];
  });
}
