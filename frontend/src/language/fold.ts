// What can be folded away: declarations, imports, comments and pragmas, as the server finds them in the text.

import { foldService } from '@codemirror/language';
import { type EditorState, RangeSet, RangeValue, StateEffect, StateField, type Text } from '@codemirror/state';
import type { EditorView, ViewUpdate } from '@codemirror/view';
import type { FoldingRange } from '../protocol';
import { active } from '../workspace/opened';
import { afterRest } from './resting';
import { can, inDocument, lane } from './server';

const PAUSE_MS = 500;
const question = lane();
const show = StateEffect.define<RangeSet<Foldable>>();

/** `isCurrent`: they were found in the text as it is. */
interface Found { readonly ranges: RangeSet<Foldable>; readonly isCurrent: boolean }

class Foldable extends RangeValue {}
const foldable = new Foldable();

/** From the end of the line that stays to the end of the last one; what lies beyond the text is left out. */
function foldables(text: Text, found: readonly FoldingRange[]): RangeSet<Foldable> {
  const inside = found.filter(({ startLine, endLine }) => startLine < endLine && endLine < text.lines);
  const ranges = inside.map(({ startLine, endLine }) => foldable.range(text.line(startLine + 1).to, text.line(endLine + 1).to));
  return RangeSet.of(ranges, true);
}

const folds = StateField.define<Found>({
  create: () => ({ ranges: RangeSet.of<Foldable>([]), isCurrent: false }),
  update(value, transaction) {
    for (const effect of transaction.effects) if (effect.is(show)) return { ranges: effect.value, isCurrent: true };
    return transaction.docChanged ? { ranges: value.ranges.map(transaction.changes), isCurrent: false } : value;
  },
});

/** The fold that begins in the line; since it was found the text may have moved it. */
function foldAt(state: EditorState, from: number, to: number): { from: number; to: number } | null {
  let end = -1;
  state.field(folds, false)?.ranges.between(from, to, (start, stop) => {
    if (start >= from && end < 0) end = state.doc.lineAt(stop).to;
  });
  return end > to ? { from: to, to: end } : null;
}

/** Asks once for each text. */
export async function lookForFolds(view: Pick<EditorView, 'state' | 'dispatch'>): Promise<void> {
  const doc = active.peek();
  if (!doc || !can('foldingRangeProvider') || view.state.field(folds, false)?.isCurrent) return;
  const text = view.state.doc;
  const found = await question.wonder('textDocument/foldingRange', inDocument(doc), doc);
  if (found && view.state.doc === text) view.dispatch({ effects: show.of(foldables(text, found)) });
}

const follow = afterRest(PAUSE_MS, (view) => void lookForFolds(view), (update) => update.docChanged);

export const folding = [folds, foldService.of(foldAt), follow];
export const foldsLater = (view: EditorView) => view.plugin(follow)?.later();

/** The margin shows them anew. */
export const foldsChanged = (update: ViewUpdate): boolean =>
  update.transactions.some((transaction) => transaction.effects.some((effect) => effect.is(show)));
