// Changes that the server proposes, put into the texts as if they had been typed: with undo, saved like everything.

import { ChangeSet } from '@codemirror/state';
import { editorView, isShown } from '../editor/view';
import type { Document } from '../workspace/document';
import { loadDocument } from '../workspace/documents';
import { typed } from '../workspace/saving';
import { changesOf, editsOf } from './answers';
import type { TextEdit, WorkspaceEdit } from './lsp';

export function applyEdits(doc: Document, edits: readonly TextEdit[]): void {
  if (edits.length === 0) return;
  const changes = changesOf(doc.text, edits);
  const view = editorView();
  if (view && isShown(doc)) {
    view.dispatch({ changes, userEvent: 'input', scrollIntoView: true });
    return;
  }
  const transaction = doc.state?.update({ changes, userEvent: 'input' });
  if (doc.state && transaction) doc.state = transaction.state;
  const set = transaction?.changes ?? ChangeSet.of(changes, doc.text.length);
  typed(doc, set, set.apply(doc.text));
}

/** Applies changes to all the files they name; returns how many files that were. */
export async function applyWorkspaceEdit(edit: WorkspaceEdit): Promise<number> {
  const all = editsOf(edit);
  for (const [path, edits] of all) applyEdits(await loadDocument(path), edits);
  return all.size;
}
