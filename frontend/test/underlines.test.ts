import { forEachDiagnostic } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { expect, test } from 'vitest';
import { hidesBox, showDiagnostics } from '../src/editor/underlines';
import type { ShownDiagnostic } from '../src/protocol';
import { Document } from '../src/workspace/document';

const message = (line: number, text: string): ShownDiagnostic => ({
  uri: 'file:///work/Main.hs',
  range: { start: { line, character: 0 }, end: { line, character: 3 } },
  severity: 1,
  code: 'GHC-88464',
  source: 'ghc',
  message: text,
});

const box = () => ({}) as Node;
const show = (state: EditorState, doc: Document, found: ShownDiagnostic[]) => showDiagnostics(state, doc, found, box);

function typed(doc: Document, state: EditorState, insert: string): EditorState {
  const change = state.update({ changes: { from: 0, insert } });
  doc.change(change.changes, change.newDoc);
  doc.takeUnsent();
  return change.state;
}

test('an answer that says what is shown already draws nothing, wherever its underlines have moved', () => {
  const doc = new Document('Main.hs', 'one\ntwo\n', 'e');
  doc.diagnosedVersion = doc.version;
  let state = EditorState.create({ doc: doc.text });
  const first = show(state, doc, [message(0, 'no one'), message(1, 'no two')]);
  state = state.update(first!).state;
  state = typed(doc, state, '\n');
  doc.diagnosedVersion = doc.version;

  expect(show(state, doc, [message(1, 'no one'), message(2, 'no two')])).toBeNull();
  expect(show(state, doc, [message(1, 'no one')])).not.toBeNull();
  expect(show(state, doc, [message(1, 'no one'), message(2, 'another')])).not.toBeNull();
  expect(show(state, doc, [message(0, 'no one'), message(2, 'no two')])).not.toBeNull();
});

test('an underline that went with its text is drawn again when it is back', () => {
  const doc = new Document('Main.hs', 'one\n', 'e');
  doc.diagnosedVersion = doc.version;
  let state = EditorState.create({ doc: doc.text });
  state = state.update(show(state, doc, [message(0, 'no one')])!).state;
  const gone = state.update({ changes: { from: 0, to: 3 } });
  doc.change(gone.changes, gone.newDoc);
  doc.takeUnsent();
  state = typed(doc, gone.state, 'one');
  doc.diagnosedVersion = doc.version;

  const again = show(state, doc, [message(0, 'no one')]);
  const places: number[][] = [];
  forEachDiagnostic(state.update(again!).state, (_, from, to) => places.push([from, to]));
  expect(places).toEqual([[0, 3]]);
});

test('a box stays open while what it says stands there, whatever else is told', () => {
  const doc = new Document('Main.hs', 'one\ntwo\n', 'e');
  doc.diagnosedVersion = doc.version;
  const empty = EditorState.create({ doc: doc.text });
  const { state } = empty.update(show(empty, doc, [message(0, 'no one')])!);
  const hides = (found: ShownDiagnostic[]) => hidesBox(state.update(show(state, doc, found)!), 0, 3);

  expect(hides([message(0, 'no one'), message(1, 'an idea')])).toBe(false);
  expect(hides([message(0, 'no one'), message(0, 'an idea')])).toBe(false);
  expect(hides([message(0, 'another')])).toBe(true);
  expect(hides([message(1, 'no one')])).toBe(true);
  expect(hidesBox(state.update({ changes: { from: 1, insert: 'x' } }), 0, 3)).toBe(true);
  expect(hidesBox(state.update({ changes: { from: 5, insert: 'x' } }), 0, 3)).toBe(false);
});
