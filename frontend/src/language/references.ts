// Everywhere a name is used, as a list beside the code.

import { signal } from '@preact/signals';
import type { EditorView } from '@codemirror/view';
import { readFile } from '../api/files';
import { showTab } from '../shell/layout';
import { toast } from '../shell/toasts';
import { active, getDocument } from '../workspace/opened';
import { workspace } from '../workspace/store';
import { groupUses, type Uses } from './answers';
import { at, can, lane } from './server';

export const references = signal<Uses | null>(null);
const question = lane();

async function linesOf(path: string): Promise<string[]> {
  const text = getDocument(path)?.toString() ?? (await readFile(workspace.peek()?.id ?? '', path)).text;
  return text.split(/\r\n?|\n/);
}

export async function findReferences(view: EditorView): Promise<void> {
  const doc = active.peek();
  if (!doc || !can('referencesProvider')) return;
  const { state } = view;
  const word = state.wordAt(state.selection.main.head);
  const name = word ? state.sliceDoc(word.from, word.to) : '';
  try {
    const params = { ...at(doc, state, state.selection.main.head), context: { includeDeclaration: true } };
    const found = await question.ask('textDocument/references', params, doc);
    if (found?.length === 0 || found === null) toast(word ? `No use of ${name} was found.` : 'Put the cursor on a name to find its uses.');
    if (!found || found.length === 0) return;
    references.value = await groupUses(name, found, linesOf);
    showTab('references');
  } catch (error) {
    toast((error as Error).message, 'bad');
  }
}

