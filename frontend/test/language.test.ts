// What the editor asks the language server about the text in front, and what it makes of late answers.

import { EditorState, type Extension } from '@codemirror/state';
import type { EditorView } from '@codemirror/view';
import { beforeEach, expect, it, vi } from 'vitest';
import { goToDefinition } from '../src/language/definition';
import { folding, lookForFolds } from '../src/language/fold';
import { signature, typed } from '../src/language/signature';
import { Document } from '../src/workspace/document';

const server = vi.hoisted(() => ({ ask: vi.fn(), wonder: vi.fn() }));
const front = vi.hoisted((): { doc: unknown } => ({ doc: null }));
const toast = vi.hoisted(() => vi.fn());

vi.mock('../src/language/server', () => ({ lane: () => server, can: () => true, at: () => ({}), inDocument: () => ({}) }));
vi.mock('../src/workspace/opened', () => ({ active: { peek: () => front.doc } }));
vi.mock('../src/workspace/store', () => ({ files: { peek: () => new Map() } }));
vi.mock('../src/workspace/diagnostics', () => ({ pathOf: (uri: string) => uri }));
vi.mock('../src/lib/platform', () => ({ isMac: false }));
vi.mock('../src/editor/view', () => ({ goTo: vi.fn() }));
vi.mock('../src/hoogle/state', () => ({ openAbout: vi.fn() }));
vi.mock('../src/shell/toasts', () => ({ toast }));

const TEXT = 'f :: Int\nf =\n  1\n';
const NOWHERE = [{ uri: 'elsewhere', range: { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } } }];

/** As much of the editor as is looked at. */
function viewOf(extensions: Extension): EditorView {
  const view = {
    state: EditorState.create({ doc: TEXT, extensions }),
    dispatch(...specs: never[]) {
      view.state = view.state.update(...specs).state;
    },
  };
  return view as unknown as EditorView;
}

let doc: Document;

beforeEach(() => {
  front.doc = doc = new Document('Main.hs', TEXT, '');
  vi.resetAllMocks();
});

it('asks for the folds of a text once', async () => {
  server.wonder.mockResolvedValue([{ startLine: 1, endLine: 2 }]);
  const view = viewOf(folding);
  await lookForFolds(view);
  await lookForFolds(view);
  expect(server.wonder).toHaveBeenCalledTimes(1);
  view.dispatch({ changes: { from: 0, insert: '\n' } });
  await lookForFolds(view);
  expect(server.wonder).toHaveBeenCalledTimes(2);
});

it('asks for the folds again when no answer came', async () => {
  server.wonder.mockResolvedValue(null);
  const view = viewOf(folding);
  await lookForFolds(view);
  await lookForFolds(view);
  expect(server.wonder).toHaveBeenCalledTimes(2);
});

it('says that a definition is nowhere', async () => {
  server.ask.mockResolvedValueOnce(NOWHERE).mockResolvedValueOnce(null);
  await goToDefinition(viewOf([]));
  expect(toast).toHaveBeenCalledTimes(1);
});

it('says nothing of a definition when the text changed before its answer came', async () => {
  server.ask.mockResolvedValueOnce(NOWHERE).mockImplementationOnce(() => {
    doc.version += 1;
    return Promise.resolve(null);
  });
  await goToDefinition(viewOf([]));
  expect(toast).not.toHaveBeenCalled();
});

it('says nothing of a definition when another one was asked for', async () => {
  let answer: (about: null) => void = () => undefined;
  const about = new Promise<null>((resolve) => (answer = resolve));
  server.ask.mockResolvedValueOnce(NOWHERE).mockReturnValueOnce(about).mockResolvedValueOnce(undefined); // no answer to the other
  const first = goToDefinition(viewOf([]));
  await vi.waitFor(() => expect(server.ask).toHaveBeenCalledTimes(2));
  await goToDefinition(viewOf([]));
  answer(null);
  await first;
  expect(toast).not.toHaveBeenCalled();
});

it('looks for the signature of what was typed in this text only', () => {
  const [one, other] = [viewOf(signature), viewOf(signature)];
  one.dispatch({ changes: { from: 0, insert: 'g' }, userEvent: 'input.type' });
  other.dispatch({ selection: { anchor: 1 } });
  expect([one.state.field(typed), other.state.field(typed)]).toEqual([true, false]);
  one.dispatch({ selection: { anchor: 2 } });
  expect(one.state.field(typed)).toBe(false);
});
