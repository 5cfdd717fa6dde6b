// Breakpoints: lines of files, set in the margin, kept in this browser, moving with the text.

import { type Extension, MapMode, RangeSet, StateEffect, StateField, type Text } from '@codemirror/state';
import { EditorView, gutter, GutterMarker } from '@codemirror/view';
import { effect, signal } from '@preact/signals';
import type { Breakpoint } from '../protocol';
import { recall, remember } from '../lib/storage';
import { element } from '../language/markup';
import { workspace } from '../workspace/store';

const KEPT = 100;
type Lines = Record<string, number[]>;
const key = () => `breakpoints:${workspace.peek()?.id ?? ''}`;

/** Lines (from 0) by file. */
export const breakpoints = signal<Lines>({});

effect(() => {
  if (workspace.value?.id) breakpoints.value = recall<Lines>(key(), {});
});

export const allBreakpoints = (): Breakpoint[] =>
  Object.entries(breakpoints.peek())
    .flatMap(([path, lines]) => lines.map((line) => ({ path, line })))
    .slice(0, KEPT);

class Dot extends GutterMarker {
  // With the text behind it: a line break at its start takes it along.
  override startSide = 1;
  override endSide = 1;
  override mapMode = MapMode.TrackDel;

  override toDOM(): HTMLElement {
    return element('span', 'break-dot');
  }
}
const dot = new Dot();
const toggle = StateEffect.define<number>();

function toggled(value: RangeSet<GutterMarker>, at: number): RangeSet<GutterMarker> {
  const there = value.iter(at);
  return there.value && there.from === at ? value.update({ filter: (from) => from !== at }) : value.update({ add: [dot.range(at)] });
}

function linesOf(doc: Text, set: RangeSet<GutterMarker>): number[] {
  const lines: number[] = [];
  set.between(0, doc.length, (from) => {
    lines.push(doc.lineAt(from).number - 1);
  });
  return [...new Set(lines)];
}

function dots(doc: Text, lines: readonly number[]): RangeSet<GutterMarker> {
  return RangeSet.of(lines.map((line) => dot.range(doc.line(line + 1).from)), true);
}

/** The margin of one file. */
export function breakpointGutter(path: string): Extension {
  const field = StateField.define<RangeSet<GutterMarker>>({
    create: ({ doc }) => {
      return dots(doc, (breakpoints.peek()[path] ?? []).filter((line) => line < doc.lines));
    },
    update(value, transaction) {
      const { docChanged, changes, newDoc } = transaction;
      let now = docChanged && value.size > 0 ? dots(newDoc, linesOf(newDoc, value.map(changes))) : value;
      for (const each of transaction.effects) if (each.is(toggle)) now = toggled(now, each.value);
      return now;
    },
  });
  return [
    field,
    gutter({
      class: 'cm-break-gutter',
      markers: (view) => view.state.field(field),
      initialSpacer: () => dot,
      domEventHandlers: {
        mousedown(view, line, event) {
          if ((event as MouseEvent).button !== 0) return false;
          view.dispatch({ effects: toggle.of(line.from) });
          return true;
        },
      },
    }),
    EditorView.updateListener.of((update) => {
      if (update.startState.field(field) === update.state.field(field)) return;
      const lines = linesOf(update.state.doc, update.state.field(field));
      const known = breakpoints.peek()[path] ?? [];
      if (lines.join() === known.join()) return;
      const others = Object.entries(breakpoints.peek()).filter(([other]) => other !== path);
      breakpoints.value = Object.fromEntries(lines.length > 0 ? [...others, [path, lines]] : others);
      remember(key(), breakpoints.value);
    }),
  ];
}

export function toggleBreakpoint(view: EditorView): void {
  view.dispatch({ effects: toggle.of(view.state.doc.lineAt(view.state.selection.main.head).from) });
}
