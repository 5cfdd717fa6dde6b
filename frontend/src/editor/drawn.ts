// Decorations that stand, moving with the text, until others are drawn.

import { StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView } from '@codemirror/view';

/** A field of an editor, and the effect that draws anew; what `fades` goes with the first change of the text. */
export function drawn({ fades = false } = {}) {
  const show = StateEffect.define<DecorationSet>();
  const field = StateField.define<DecorationSet>({
    create: () => Decoration.none,
    update(value, transaction) {
      for (const effect of transaction.effects) if (effect.is(show)) return effect.value;
      return fades && transaction.docChanged ? Decoration.none : value.map(transaction.changes);
    },
    provide: (self) => EditorView.decorations.from(self),
  });
  return { field, show };
}
