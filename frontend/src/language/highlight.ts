// Marks the other places of the name under the cursor.

import type { Range as Marked } from '@codemirror/state';
import { Decoration, type EditorView } from '@codemirror/view';
import { drawn } from '../editor/drawn';
import { toOffset } from '../workspace/changes';
import { active } from '../workspace/opened';
import { whenResting } from './resting';
import { at, can, lane } from './server';

const question = lane();
const marks = drawn({ fades: true });
const place = Decoration.mark({ class: 'cm-same-name' });

async function look(view: EditorView): Promise<void> {
  const doc = active.peek();
  if (!doc || !can('documentHighlightProvider') || !view.hasFocus) return;
  const found = await question.wonder('textDocument/documentHighlight', at(doc, view.state, view.state.selection.main.head), doc);
  if (active.peek() !== doc) return;
  const text = view.state.doc;
  const ranges: Marked<Decoration>[] = (found ?? [])
    .map(({ range }) => [toOffset(text, range.start), toOffset(text, range.end)] as const)
    .filter(([from, to]) => to > from)
    .map(([from, to]) => place.range(from, to));
  view.dispatch({ effects: marks.show.of(Decoration.set(ranges, true)) });
}

const follows = whenResting(250, (view) => void look(view));

export const highlight = [marks.field, follows];

/** GHC has looked at the text anew, and may know now what it did not when the cursor came to rest. */
export const highlightLater = (view: EditorView) => view.plugin(follows)?.later();
