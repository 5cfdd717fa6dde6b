// Where the text is underlined: drawn anew only when an answer says something else than the one before.

import { type Diagnostic, forEachDiagnostic, setDiagnostics, setDiagnosticsEffect } from '@codemirror/lint';
import type { EditorState, Transaction, TransactionSpec } from '@codemirror/state';
import type { ShownDiagnostic } from '../protocol';
import { isUnneeded, toMarks } from '../workspace/diagnostics';
import type { Document } from '../workspace/document';

/** Makes the box that is shown over an underline. */
type Render = (doc: Document, diagnostic: ShownDiagnostic) => Node;

/** `told`: the message behind it, of the newest answer that tells of it. */
interface Underline extends Diagnostic { told: ShownDiagnostic }

function underlines(state: EditorState, doc: Document, diagnostics: readonly ShownDiagnostic[], render: Render): Underline[] | null {
  const since = doc.since(doc.diagnosedVersion);
  if (!since) return null; // about a text of long ago: newer ones are on their way
  return toMarks(state.doc, diagnostics, since.doc, since.changes).map((mark) => {
    const underline: Underline = {
      from: Math.min(mark.from, state.doc.length),
      to: Math.min(mark.to, state.doc.length),
      severity: mark.severity,
      message: mark.diagnostic.message,
      told: mark.diagnostic,
      ...(isUnneeded(mark.diagnostic) ? { markClass: 'cm-unneeded' } : {}),
      renderMessage: () => render(doc, underline.told),
    };
    return underline;
  });
}

/** Where each underline is now, in the order of `toMarks`. */
function shown(state: EditorState): { from: number; to: number; underline: Underline }[] {
  const all: ReturnType<typeof shown> = [];
  forEachDiagnostic(state, (underline, from, to) => all.push({ from, to, underline: underline as Underline }));
  return all.sort((a, b) => a.from - b.from || a.to - b.to);
}

/** Most answers while typing say what the one before said. */
function areShown(state: EditorState, found: readonly Underline[]): boolean {
  const before = shown(state);
  const same = before.length === found.length && before.every(({ from, to, underline }, place) => {
    const now = found[place]!;
    return from === now.from && to === now.to && underline.severity === now.severity
      && underline.message === now.message && underline.markClass === now.markClass;
  });
  if (same) before.forEach(({ underline }, place) => (underline.told = found[place]!.told));
  return same;
}

/** The transaction that shows these diagnostics; null when nothing would change, or when they are too old to be placed. */
export function showDiagnostics(
  state: EditorState,
  doc: Document,
  diagnostics: readonly ShownDiagnostic[],
  render: Render,
): TransactionSpec | null {
  const found = underlines(state, doc, diagnostics, render);
  return found && !areShown(state, found) ? setDiagnostics(state, found) : null;
}

/** Whether the box over a stretch of the text goes: when its line is changed, or when something that it says no longer holds there. */
export function hidesBox(transaction: Transaction, from: number, to: number): boolean {
  const { startState, changes, effects } = transaction;
  const line = startState.doc.lineAt(from);
  if (changes.touchesRange(line.from, Math.max(line.to, to))) return true;
  const said = shown(startState).filter((each) => each.from <= from && each.to >= to);
  return effects.some(
    (effect) =>
      effect.is(setDiagnosticsEffect) &&
      !said.every(({ underline, ...was }) =>
        effect.value.some((now) => now.from === was.from && now.to === was.to && now.message === underline.message),
      ),
  );
}
