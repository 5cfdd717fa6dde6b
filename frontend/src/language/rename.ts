// A new name for a name, wherever it is used.

import type { EditorView } from '@codemirror/view';
import { plural } from '../lib/format';
import { ask } from '../shell/question';
import { toast } from '../shell/toasts';
import { active } from '../workspace/opened';
import { applyWorkspaceEdit } from './edits';
import { at, can, lane } from './server';

const question = lane();
const PATIENCE_MS = 62_000; // it is compiled before and after

export async function renameName(view: EditorView): Promise<void> {
  const doc = active.peek();
  const { state } = view;
  if (!doc || !can('renameProvider')) return;
  const where = at(doc, state, state.selection.main.head);
  try {
    const found = await question.ask('textDocument/prepareRename', where, doc);
    if (found === null) toast('Put the cursor on a name to rename it.');
    if (!found) return;
    const old = found.placeholder;
    const newName = await ask(`New name for ${old}`, old, 'Rename');
    view.focus();
    if (newName === null || newName === old) return;
    const edit = await question.ask('textDocument/rename', { ...where, newName }, doc, PATIENCE_MS);
    if (edit === undefined) toast('Nothing was renamed: the text was changed meanwhile, or there is no connection.', 'bad');
    if (edit) toast(`Renamed in ${plural(await applyWorkspaceEdit(edit), 'file')}.`, 'ok');
  } catch (error) {
    toast((error as Error).message, 'bad');
  }
}
