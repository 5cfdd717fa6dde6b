// The type and documentation of what the pointer, or with a key the cursor, is at.

import { activateHover, type EditorView, hasHoverTooltips, hoverTooltip, type Tooltip } from '@codemirror/view';
import { toOffset, toPosition } from '../workspace/changes';
import { toast } from '../shell/toasts';
import type { Document } from '../workspace/document';
import { active } from '../workspace/opened';
import { blocksOf } from './markdown';
import { docBox } from './markup';
import type { Lane } from './lane';
import { at, can, lane } from './server';

const question = lane();
const withKey = lane();

const ask = (asking: Lane, view: EditorView, doc: Document, pos: number) =>
  asking.wonder('textDocument/hover', { ...at(doc, view.state, pos), ...selectedAt(view, pos) }, doc);

async function source(view: EditorView, pos: number): Promise<Tooltip | null> {
  const doc = active.peek();
  if (!doc || !can('hoverProvider')) return null;
  const found = await ask(question, view, doc, pos);
  const blocks = blocksOf(found?.contents);
  if (blocks.length === 0) return null;
  const text = view.state.doc;
  const from = found?.range ? toOffset(text, found.range.start) : pos;
  const end = found?.range ? toOffset(text, found.range.end) : pos;
  return { pos: Math.min(from, pos), end: Math.max(end, pos), above: true, create: () => ({ dom: docBox(blocks, 'hover-doc') }) };
}

/** The selection that the place is in, as a question about it. */
function selectedAt({ state }: EditorView, pos: number) {
  const { from, to, empty } = state.selection.main;
  if (empty || pos < from || pos > to) return {};
  return { range: { start: toPosition(state.doc, from), end: toPosition(state.doc, to) } };
}

export const hover = hoverTooltip(source, { hoverTime: 250, hideOnChange: true });

/** With a key: who pressed it hears, too, that there is nothing to show. */
export async function hoverAtCursor(view: EditorView): Promise<void> {
  const { head } = view.state.selection.main;
  activateHover(view, head, 1, {
    until: (transaction) => transaction.docChanged || transaction.selection !== undefined,
  });
  const doc = active.peek();
  const found = doc && (await ask(withKey, view, doc, head));
  if (found === null && !hasHoverTooltips(view.state)) toast('Nothing is known of what stands at the cursor.');
}
