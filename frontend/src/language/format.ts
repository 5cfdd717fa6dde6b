// The whole file as the formatter writes it: one change, which undo takes back.

import { toast } from '../shell/toasts';
import { active } from '../workspace/opened';
import { readOnly } from '../workspace/store';
import { indent } from '../editor/settings';
import { applyEdits } from './edits';
import { can, inDocument, lane } from './server';

const question = lane();
const PATIENCE_MS = 20_000;

export const canFormat = () => !readOnly.value && can('documentFormattingProvider');

/** `isAsked`: for its own sake, and not with something else. */
export async function formatFile(isAsked = true): Promise<void> {
  const doc = active.peek();
  if (!doc || !canFormat()) return;
  try {
    const options = { tabSize: indent.peek(), insertSpaces: true };
    const edits = await question.ask('textDocument/formatting', { ...inDocument(doc), options }, doc, PATIENCE_MS);
    if (edits && edits.length > 0) applyEdits(doc, edits);
    else if (edits && isAsked) toast('It is formatted already.', 'ok');
  } catch (error) {
    toast((error as Error).message, 'bad');
  }
}
