// What is looked for among the definitions of all packages and of the workspace.

import { signal } from '@preact/signals';
import { cursor, editorView } from '../editor/view';
import { applyWorkspaceEdit } from '../language/edits';
import { lane } from '../language/server';
import type { SearchResult } from '../protocol';
import { showTab } from '../shell/layout';
import { toast } from '../shell/toasts';
import { uriOf } from '../workspace/diagnostics';
import { activePath } from '../workspace/opened';
import { problems } from '../workspace/store';
import { wantedAt } from './wanted';

export const query = signal('');
export const results = signal<readonly SearchResult[]>([]);
export const why = signal('');
export const chosen = signal(0);
export const searching = signal(false);
/** Counts up each time that the search is opened. */
export const asked = signal(0);

const question = lane();
const importing = lane();
const QUIET_MS = 120;
const PATIENCE_MS = 20_000;
const NO_ANSWER = 'No answer came. Change a letter to ask again.';
let timer: ReturnType<typeof setTimeout> | undefined;
let newest = 0;

export function openSearch(text = fromEditor()): void {
  if (text) search(text);
  asked.value += 1;
  showTab('hoogle');
}

/** Shows what was found elsewhere, as if it had been looked for. */
export function openAbout(found: SearchResult): void {
  clearTimeout(timer);
  newest += 1;
  [query.value, results.value, why.value, chosen.value, searching.value] = [`${found.module}.${found.name}`, [found], '', 0, false];
  asked.value += 1;
  showTab('hoogle');
}

/** The type of the hole at the cursor, or what is selected. */
function fromEditor(): string {
  const view = editorView();
  if (!view) return '';
  const { main } = view.state.selection;
  const here = problems.peek().get(activePath.peek() ?? '') ?? [];
  return wantedAt(here, cursor(), view.state.sliceDoc(main.from, main.to));
}

export function search(text: string): void {
  query.value = text;
  clearTimeout(timer);
  newest += 1;
  searching.value = text.trim() !== '';
  if (!searching.peek()) {
    results.value = [];
    why.value = '';
    return;
  }
  const mine = newest;
  timer = setTimeout(() => void ask(text, mine), QUIET_MS);
}

async function ask(text: string, mine: number): Promise<void> {
  try {
    const found = await question.ask('haskell/search', { query: text.slice(0, 500), limit: 40 }, null, PATIENCE_MS);
    if (mine !== newest) return;
    results.value = found?.results ?? [];
    why.value = found ? found.why : NO_ANSWER;
    chosen.value = 0;
  } catch (error) {
    if (mine === newest) why.value = (error as Error).message;
  }
  if (mine === newest) searching.value = false;
}

/** Puts the import into the file in front, and the package into the workspace's description. */
export async function addImport(found: SearchResult): Promise<void> {
  const path = activePath.peek();
  if (!path?.endsWith('.hs')) {
    toast('Open a Haskell file first: the import goes there.');
    return;
  }
  const { name, kind, module, package: from, parent } = found;
  try {
    const edit = await importing.ask('haskell/import', { uri: uriOf(path), name, kind, module, package: from, parent }, null, PATIENCE_MS);
    if (!edit) {
      toast('No answer came. Try again.', 'bad');
      return;
    }
    const files = await applyWorkspaceEdit(edit);
    toast(files > 0 ? `${name} is imported from ${module}.` : `${name} is in scope already.`, 'ok');
  } catch (error) {
    toast((error as Error).message, 'bad');
  }
}
