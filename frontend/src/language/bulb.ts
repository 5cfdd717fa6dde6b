// A light bulb beside the cursor's line when something can be fixed there.

import { RangeSet, StateEffect, StateField } from '@codemirror/state';
import { EditorView, gutter, GutterMarker } from '@codemirror/view';
import { keyLabel } from '../lib/platform';
import { active } from '../workspace/opened';
import { toPosition } from '../workspace/changes';
import { problemsAt } from './answers';
import { canFix, fixesAt, presentProblems } from './fixes';
import { element } from './markup';
import { openFixes } from './menu';
import { whenResting } from './resting';
import { lane } from './server';

const question = lane();
const show = StateEffect.define<number | null>();

class Bulb extends GutterMarker {
  override toDOM(view: EditorView): HTMLElement {
    const button = element('button', 'bulb');
    button.title = `Quick fixes (${keyLabel('Alt-Enter')})`;
    button.setAttribute('aria-label', 'Quick fixes');
    button.tabIndex = -1;
    button.addEventListener('click', () => void openFixes(view));
    return button;
  }
}

const bulb = new Bulb();

const place = StateField.define<RangeSet<GutterMarker>>({
  create: () => RangeSet.empty,
  update(value, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(show)) return effect.value === null ? RangeSet.empty : RangeSet.of([bulb.range(effect.value)]);
    }
    return transaction.docChanged ? RangeSet.empty : value;
  },
});

async function look(view: EditorView): Promise<void> {
  const doc = active.peek();
  if (!doc || !canFix() || !view.state.field(place, false)) return;
  const { state } = view;
  const here = toPosition(state.doc, state.selection.main.head);
  const troubled = problemsAt(presentProblems(doc), { start: here, end: here }).length > 0;
  const fixes = troubled ? await fixesAt(question, doc, state) : [];
  if (active.peek() !== doc || view.state.doc !== state.doc) return;
  if (fixes.length === 0 && view.state.field(place).size === 0) return;
  view.dispatch({ effects: show.of(fixes.length > 0 ? state.doc.lineAt(state.selection.main.head).from : null) });
}

const follow = whenResting(200, (view) => void look(view));

/** Looks again when the problems have changed. */
export const bulbLater = (view: EditorView) => view.plugin(follow)?.later();

export const lightBulb = [
  place,
  gutter({ class: 'cm-bulb-gutter', markers: (view) => view.state.field(place) }),
  follow,
];
