// A text that another window saved, put before the user: cursor, folds and what can be undone stay.

import { Transaction } from '@codemirror/state';
import { differences } from '../workspace/changes';
import type { Document } from '../workspace/document';
import { replaceText } from '../workspace/opened';
import { taken } from '../workspace/saving';
import { editorView, isShown } from './view';

export function follow(doc: Document, text: string): void {
  const view = editorView();
  if (!doc.state || !doc.hasLineEndsOf(text)) {
    replaceText(doc, text);
    return;
  }
  const change = {
    changes: differences(doc.text.toString(), text.replaceAll('\r\n', '\n')),
    annotations: [Transaction.remote.of(true), Transaction.addToHistory.of(false)],
  };
  if (view && isShown(doc)) {
    view.dispatch(change);
    return;
  }
  const { state, changes } = doc.state.update(change);
  doc.state = state;
  taken(doc, changes, state.doc);
}
