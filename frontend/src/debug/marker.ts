// The stretch of the text where the debugged program stands.

import { Decoration, type DecorationSet, type EditorView } from '@codemirror/view';
import { effect } from '@preact/signals';
import { drawn } from '../editor/drawn';
import { editorView } from '../editor/view';
import { active } from '../workspace/opened';
import { toOffset } from '../workspace/changes';
import { looked } from './state';

const standing = drawn();
const line = Decoration.line({ class: 'cm-standing-line' });
const part = Decoration.mark({ class: 'cm-standing' });

export const standingMark = standing.field;

function marks(view: EditorView): DecorationSet {
  const place = looked.peek();
  const { doc } = view.state;
  if (!place?.range || place.path !== active.peek()?.path) return Decoration.none;
  const [from, to] = [toOffset(doc, place.range.start), toOffset(doc, place.range.end)];
  const found = [line.range(doc.lineAt(from).from)];
  if (to > from) found.push(part.range(from, to));
  return Decoration.set(found, true);
}

effect(() => {
  if (looked.value === null && active.value === null) return;
  // Later: another file's state is put into the view by an effect of its own.
  queueMicrotask(() => {
    const view = editorView();
    if (view?.state.field(standing.field, false)) view.dispatch({ effects: standing.show.of(marks(view)) });
  });
});
