// Inferred types between the words, dimmed; the palette turns them off.

import { type Range as Placed } from '@codemirror/state';
import { Decoration, type EditorView, WidgetType } from '@codemirror/view';
import { drawn } from '../editor/drawn';
import { inlayHints } from '../editor/settings';
import { toOffset, toPosition } from '../workspace/changes';
import { active } from '../workspace/opened';
import { hintText } from './answers';
import { element } from './markup';
import { afterRest } from './resting';
import { can, inDocument, lane } from './server';

const PAUSE_MS = 300;
const question = lane();
const hints = drawn();

class Hint extends WidgetType {
  constructor(private readonly text: string) {
    super();
  }

  override eq(other: Hint): boolean {
    return other.text === this.text;
  }

  override toDOM(): HTMLElement {
    const hint = element('span', 'inlay', this.text);
    hint.setAttribute('aria-hidden', 'true');
    return hint;
  }

  /** A click on it is one into the text: it puts the cursor there. */
  override ignoreEvent(): boolean {
    return false;
  }
}

async function look(view: EditorView): Promise<void> {
  const doc = active.peek();
  if (!doc || !can('inlayHintProvider') || !view.state.field(hints.field, false)) return;
  if (!inlayHints.peek()) {
    if (view.state.field(hints.field).size > 0) view.dispatch({ effects: hints.show.of(Decoration.none) });
    return;
  }
  const text = view.state.doc;
  const { from, to } = view.viewport;
  const range = { start: toPosition(text, from), end: toPosition(text, to) };
  const found = await question.wonder('textDocument/inlayHint', { ...inDocument(doc), range }, doc);
  if (!found || active.peek() !== doc || view.state.doc !== text) return;
  const placed = found.map((hint): Placed<Decoration> => Decoration.widget({ widget: new Hint(hintText(hint)), side: 1 }).range(toOffset(text, hint.position)));
  view.dispatch({ effects: hints.show.of(Decoration.set(placed, true)) });
}

const follow = afterRest(PAUSE_MS, (view) => void look(view), (update) => update.docChanged || update.viewportChanged);

export const inlay = [hints.field, follow];
export const inlayLater = (view: EditorView) => view.plugin(follow)?.later();
