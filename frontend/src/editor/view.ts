// The one editor view of the page and what other parts may ask of it.

import { effect } from '@preact/signals';
import { closeSearchPanel, getSearchQuery, openSearchPanel, searchPanelOpen, setSearchQuery } from '@codemirror/search';
import type { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { styleNonce } from '../boot';
import type { Diagnostic } from '../protocol';
import { toOffset } from '../workspace/changes';
import type { Document } from '../workspace/document';
import { openDocument } from '../workspace/documents';
import { active, replaced } from '../workspace/opened';
import { isLintAlone, pathOf } from '../workspace/diagnostics';
import { problems } from '../workspace/store';
import { refresh } from '../language/all';
import { bulbLater } from '../language/bulb';
import { inlayLater } from '../language/inlay';
import { languageOf } from './haskell';
import { withFixes } from './lint';
import { indent, inlayHints, wrapLines } from './settings';
import { editorState, language, settings, settingsOf } from './setup';
import { showDiagnostics } from './underlines';

let view: EditorView | null = null;
let inFront: Document | null = null;

/** The search stays open from file to file. */
function carrySearch(from: EditorState): void {
  if (!view) return;
  const [was, is] = [searchPanelOpen(from), searchPanelOpen(view.state)];
  if (was) view.dispatch({ effects: setSearchQuery.of(getSearchQuery(from)) });
  if (was === is) return;
  const before = document.activeElement;
  (was ? openSearchPanel : closeSearchPanel)(view);
  if (before instanceof HTMLElement) before.focus();
}

function leave(): void {
  if (!view || !inFront) return;
  if (inFront.state) inFront.state = view.state;
  inFront.scrollTop = view.scrollDOM.scrollTop;
}

function loadLanguage(doc: Document): void {
  const found = languageOf(doc.path);
  if (!(found instanceof Promise)) return;
  void found.then((support) => {
    if (support && inFront === doc) view?.dispatch({ effects: language.reconfigure(support) });
  });
}

function enter(doc: Document): void {
  if (!view) return;
  inFront = doc;
  doc.state ??= editorState(doc);
  const before = view.state;
  view.setState(doc.state);
  carrySearch(before);
  view.dispatch({ effects: settings.reconfigure(settingsOf(indent.peek(), wrapLines.peek())) });
  const top = doc.scrollTop;
  view.requestMeasure({ read: () => undefined, write: () => (view!.scrollDOM.scrollTop = top) });
  loadLanguage(doc);
}

/** What was last told of the file in front, and of which text. */
let told: { doc: Document; version: number | null; found: readonly Diagnostic[] } | null = null;

function underline(): void {
  if (!view || !inFront) return;
  const now = { doc: inFront, version: inFront.diagnosedVersion, found: problems.value.get(inFront.path) ?? [] };
  const change = showDiagnostics(view.state, now.doc, now.found, withFixes);
  if (change) view.dispatch(change);
  if (told && told.doc === now.doc && told.version === now.version && isLintAlone(told.found, now.found)) bulbLater(view);
  else refresh(view);
  told = now;
}

/** Puts the editor into the page; the returned function takes it out again. */
export function mount(parent: HTMLElement): () => void {
  view = new EditorView({ parent, extensions: EditorView.cspNonce.of(styleNonce) });
  const stops = [
    effect(() => {
      const doc = active.value;
      const texts = replaced.value;
      if (!doc || (doc === inFront && doc.state !== null && texts >= 0)) return;
      leave();
      enter(doc);
    }),
    effect(() => {
      if (active.value && replaced.value >= 0) underline();
    }),
    effect(() => {
      const wanted = settingsOf(indent.value, wrapLines.value);
      view?.dispatch({ effects: settings.reconfigure(wanted) });
    }),
    inlayHints.subscribe(() => view && inlayLater(view)),
  ];
  return () => {
    leave();
    stops.forEach((stop) => stop());
    view?.destroy();
    view = inFront = null;
  };
}

export const focusEditor = () => view?.focus();
export const editorView = () => view;
export const isShown = (doc: Document) => inFront === doc;

/** Where the cursor is, as the protocol counts. */
export function cursor(): { line: number; character: number } {
  if (!view) return { line: 0, character: 0 };
  const { head } = view.state.selection.main;
  const line = view.state.doc.lineAt(head);
  return { line: line.number - 1, character: head - line.from };
}

/** Opens the file and puts the cursor at the problem. */
export async function goTo(diagnostic: Pick<Diagnostic, 'uri' | 'range'>, takeKeyboard = true): Promise<void> {
  const doc = await openDocument(pathOf(diagnostic.uri));
  if (!doc || !view) return;
  const from = toOffset(view.state.doc, diagnostic.range.start);
  view.dispatch({
    selection: { anchor: from },
    effects: EditorView.scrollIntoView(from, { y: 'center' }),
  });
  if (takeKeyboard) view.focus();
}

/** Puts the cursor into a line, counted from 1; the last one, where there are fewer. */
export function goToLine(number: number): void {
  if (!view) return;
  const { from } = view.state.doc.line(Math.min(number, view.state.doc.lines));
  view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: 'center' }) });
  view.focus();
}

/** Types a text at the cursor, as the keys of the narrow page do, and steps back by some characters. */
export function insert(text: string, back = 0): void {
  if (!view) return;
  view.dispatch(view.state.replaceSelection(text), { scrollIntoView: true, userEvent: 'input' });
  if (back > 0) view.dispatch({ selection: { anchor: view.state.selection.main.head - back } });
  view.focus();
}
