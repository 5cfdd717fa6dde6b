// What each name is, as GHC has it, in colours over those of the highlighter; for what is in sight.

import { Prec, type Range as Placed, type Text } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView } from '@codemirror/view';
import { drawn } from '../editor/drawn';
import { toPosition } from '../workspace/changes';
import { active } from '../workspace/opened';
import { type Legend, type Name, namesOf } from './answers';
import { afterRest } from './resting';
import { can, inDocument, lane, option } from './server';

const PAUSE_MS = 150;
const question = lane();
const colours = drawn();
const marks = new Map<string, Decoration>();

function mark({ kind, modifiers }: Name): Decoration {
  const name = ['name', kind, ...modifiers].map((word) => `cm-${word}`).join(' ');
  const known = marks.get(name) ?? Decoration.mark({ class: name });
  marks.set(name, known);
  return known;
}

function decorations(text: Text, names: readonly Name[]): DecorationSet {
  const placed = names.flatMap((name): Placed<Decoration>[] => {
    if (name.line >= text.lines) return [];
    const line = text.line(name.line + 1);
    const [from, to] = [line.from + name.character, line.from + name.character + name.length];
    return to <= line.to && from < to ? [mark(name).range(from, to)] : [];
  });
  return Decoration.set(placed);
}

async function look(view: EditorView): Promise<void> {
  const doc = active.peek();
  if (!doc || !can('semanticTokensProvider')) return;
  const text = view.state.doc;
  const { from, to } = view.viewport;
  const range = { start: toPosition(text, from), end: toPosition(text, to) };
  const found = await question.wonder('textDocument/semanticTokens/range', { ...inDocument(doc), range }, doc);
  if (!found || view.state.doc !== text) return;
  const names = namesOf(found.data, option('semanticTokensProvider', 'legend') as Legend);
  view.dispatch({ effects: colours.show.of(decorations(text, names)) });
}

const follow = afterRest(PAUSE_MS, (view) => void look(view), (update) => update.docChanged || update.viewportChanged);

/** The highest are the innermost: their colour holds, and they split no other mark. */
export const tokens = Prec.highest([colours.field, follow]);
export const tokensLater = (view: EditorView) => view.plugin(follow)?.later();
