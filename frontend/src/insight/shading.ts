// Coverage in the text: what ran, what never did, and conditions that were only ever true or false. An edit takes it away.

import { effect } from '@preact/signals';
import { StateEffect, StateField, type Text } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView } from '@codemirror/view';
import { editorView, isShown } from '../editor/view';
import { plural } from '../lib/format';
import type { Mark } from '../protocol';
import { toOffset } from '../workspace/changes';
import { active, replaced } from '../workspace/opened';
import { coverage, edited, touched } from './state';

const show = StateEffect.define<readonly Mark[]>();

function words(mark: Mark): string {
  switch (mark.kind) {
    case 'executed':
      return `entered ${plural(mark.count, 'time')}`;
    case 'never':
      return 'never executed';
    case 'alwaysTrue':
      return `always true (${plural(mark.count, 'time')})`;
    case 'alwaysFalse':
      return `always false (${plural(mark.count, 'time')})`;
  }
}

function shade(doc: Text, marks: readonly Mark[]): DecorationSet {
  const placed = marks.flatMap((mark) => {
    const [from, to] = [toOffset(doc, mark.range.start), toOffset(doc, mark.range.end)];
    const look = Decoration.mark({ class: `covered ${mark.kind}`, attributes: { title: words(mark) } });
    return from < to ? [look.range(from, to)] : [];
  });
  return Decoration.set(placed, true);
}

const field = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(value, transaction) {
    for (const each of transaction.effects) if (each.is(show)) return shade(transaction.state.doc, each.value);
    return transaction.docChanged ? Decoration.none : value;
  },
  provide: (field) => EditorView.decorations.from(field),
});

const clearing = EditorView.updateListener.of((update) => {
  const path = active.peek()?.path;
  if (update.docChanged && path !== undefined && update.startState.field(field).size > 0) touched(path);
});

function shadeActive(): void {
  const view = editorView();
  const doc = active.value;
  if (!view || !doc || !isShown(doc)) return;
  const marks = edited.peek().has(doc.path) ? [] : (coverage.value?.modules.find((module) => module.path === doc.path)?.marks ?? []);
  const has = view.state.field(field, false);
  if (has === undefined && marks.length === 0) return;
  const add = has === undefined ? [StateEffect.appendConfig.of([field, clearing])] : [];
  view.dispatch({ effects: [...add, show.of(marks)] });
}

let begun = false;

/** From now on the file in front is shaded, whichever it is. */
export function begin(): void {
  if (begun) return;
  begun = true;
  effect(() => {
    if (replaced.value >= 0) shadeActive();
  });
}
