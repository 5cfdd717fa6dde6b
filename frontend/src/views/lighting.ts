// A line of the source and what became of it light up together, whichever of them the pointer or the cursor is on.

import { effect } from '@preact/signals';
import { type EditorState, type Extension, StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView } from '@codemirror/view';
import { editorView, isShown } from '../editor/view';
import type { Document } from '../workspace/document';
import { active, replaced } from '../workspace/opened';
import { askedFor, changed, lit, outdated, type Shown, shown } from './state';

const light = StateEffect.define<readonly number[]>();
const look = Decoration.line({ class: 'lit' });

/** Lines, from 0, with light on them. */
function lines(state: EditorState, numbers: readonly number[]): DecorationSet {
  const there = numbers.filter((number) => number < state.doc.lines);
  return Decoration.set(there.map((number) => look.range(state.doc.line(number + 1).from)));
}

export const lights = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(value, transaction) {
    for (const each of transaction.effects) if (each.is(light)) return lines(transaction.state, each.value);
    return value.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** The lines of the view that came from a line of the source. */
export function becameOf(sources: readonly (number | null)[], line: number | null): number[] {
  return line === null ? [] : sources.flatMap((source, number) => (source === line ? [number] : []));
}

export function lightUp(view: EditorView, numbers: readonly number[], scroll: boolean): void {
  const first = numbers[0];
  const seen = first !== undefined && scroll && numbers.every((number) => number < view.state.doc.lines);
  const move = seen ? [EditorView.scrollIntoView(view.state.doc.line(first + 1).from, { y: 'center' })] : [];
  view.dispatch({ effects: [light.of(numbers), ...move] });
}

/** Lights up what the pointer is on in a view; `sources` as they are by then. */
export function pointing(sources: () => readonly (number | null)[]): Extension {
  return EditorView.domEventHandlers({
    mousemove(event, view) {
      const place = view.posAtCoords({ x: event.clientX, y: event.clientY });
      if (place !== null) lit.value = sources()[view.state.doc.lineAt(place).number - 1] ?? null;
    },
    mouseleave() {
      lit.value = null;
    },
  });
}

const following = EditorView.updateListener.of((update) => {
  const path = active.peek()?.path;
  const isSeen = path === shown.peek()?.path;
  if (update.docChanged) {
    changed.value ||= path === askedFor.peek();
    outdated.value ||= isSeen;
  } else if (update.selectionSet && isSeen) lit.value = update.state.doc.lineAt(update.state.selection.main.head).number - 1;
});

function lightSource(doc: Document | null, line: number | null, now: Shown | null, asked: string | null): void {
  const view = editorView();
  if (!view || !doc || !isShown(doc)) return;
  const has = view.state.field(lights, false);
  if (has === undefined && asked === null) return;
  const add = has === undefined ? [StateEffect.appendConfig.of([lights, following])] : [];
  view.dispatch({ effects: [...add, light.of(now?.path === doc.path && line !== null ? [line] : [])] });
}

let begun = false;

/** From now on the editor lights up with the view. */
export function begin(): void {
  if (begun) return;
  begun = true;
  effect(() => {
    const [doc, line, now, asked] = [active.value, outdated.value ? null : lit.value, shown.value, askedFor.value];
    if (replaced.value >= 0) queueMicrotask(() => lightSource(doc, line, now, asked)); // the editor shows the file by then
  });
}
