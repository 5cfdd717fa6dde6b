// The editor's fixed parts; what differs from file to file is added by `editorState`.

import { closeBrackets, closeBracketsKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from '@codemirror/commands';
import { bracketMatching, foldGutter, foldKeymap, indentOnInput, indentUnit } from '@codemirror/language';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { Compartment, EditorState, type Extension, Prec, Transaction } from '@codemirror/state';
import {
  crosshairCursor, drawSelection, dropCursor, EditorView, highlightActiveLine, highlightActiveLineGutter,
  highlightSpecialChars, keymap, lineNumbers, rectangularSelection,
} from '@codemirror/view';
import { styleNonce, toReadOnly } from '../boot';
import type { Document } from '../workspace/document';
import { taken, typed } from '../workspace/saving';
import { toast, toasts } from '../shell/toasts';
import { readOnly } from '../workspace/store';
import { language as languageFeatures } from '../language/all';
import { foldsChanged } from '../language/fold';
import { findPanel } from '../find/Bar';
import { breakpointGutter } from '../debug/breakpoints';
import { standingMark } from '../debug/marker';
import { attention } from './attended';
import { isHaskell, languageOf } from './haskell';
import { lint } from './lint';
import { replaceSelected } from './replace';
import { indent, wrapLines } from './settings';
import { theme } from './theme';

export const language = new Compartment();
export const settings = new Compartment();

/** Tab fills up to the next stop with blanks: GHC reads a tab as eight columns, which is seldom what is seen. */
const tabKey = {
  key: 'Tab',
  run: (view: EditorView): boolean => {
    if (view.state.readOnly) return false;
    if (view.state.selection.ranges.some((range) => !range.empty)) return indentMore(view);
    const { head } = view.state.selection.main;
    const column = head - view.state.doc.lineAt(head).from;
    const width = indent.peek();
    view.dispatch(view.state.replaceSelection(' '.repeat(width - (column % width))), { userEvent: 'input' });
    return true;
  },
  shift: indentLess,
};

/** What the user can change while editing. */
export const settingsOf = (width: number, wraps: boolean): Extension => [
  indentUnit.of(' '.repeat(width)),
  EditorState.tabSize.of(8),
  wraps ? EditorView.lineWrapping : [],
];

const fixed: Extension = [
  EditorView.cspNonce.of(styleNonce),
  lineNumbers(),
  highlightActiveLineGutter(),
  highlightSpecialChars(),
  history(),
  foldGutter({ openText: '⌄', closedText: '›', foldingChanged: foldsChanged }),
  drawSelection(),
  dropCursor(),
  EditorState.allowMultipleSelections.of(true),
  indentOnInput(),
  bracketMatching(),
  closeBrackets(),
  rectangularSelection(),
  crosshairCursor(),
  highlightActiveLine(),
  highlightSelectionMatches(),
  search({ top: true, createPanel: findPanel }),
  replaceSelected,
  attention,
  lint,
  theme,
  keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap.filter(({ key }) => key !== 'Mod-Alt-g'), ...historyKeymap, ...foldKeymap, tabKey]),
];

/** Who types where nothing can be typed hears why, once at a time. */
const frozen = EditorView.domEventObservers({
  beforeinput: () => {
    if (!toasts.peek().some(({ text }) => text === toReadOnly)) toast(toReadOnly);
  },
});

/** A state for the document as it is now. */
export function editorState(doc: Document): EditorState {
  const known = languageOf(doc.path);
  return EditorState.create({
    doc: doc.text,
    extensions: [
      fixed,
      language.of(known instanceof Promise ? [] : known),
      isHaskell(doc.path) && !readOnly.peek() ? [Prec.high(breakpointGutter(doc.path)), standingMark] : [],
      isHaskell(doc.path) ? languageFeatures(!readOnly.peek()) : [],
      settings.of(settingsOf(indent.peek(), wrapLines.peek())),
      EditorState.readOnly.of(readOnly.peek()),
      readOnly.peek() ? frozen : [],
      EditorView.contentAttributes.of({ 'aria-label': `${doc.path}, editor`, spellcheck: 'false', autocapitalize: 'off' }),
      EditorView.updateListener.of((update) => {
        if (!update.docChanged) return;
        const isRemote = update.transactions.some((each) => each.annotation(Transaction.remote));
        (isRemote ? taken : typed)(doc, update.changes, update.state.doc);
      }),
    ],
  });
}

