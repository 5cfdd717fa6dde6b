// Underlines and the box that shows GHC's message.

import { type Diagnostic as Underline, lintGutter, setDiagnostics } from '@codemirror/lint';
import type { EditorState, TransactionSpec } from '@codemirror/state';
import type { Diagnostic } from '../protocol';
import { explanation, toMarks } from '../workspace/diagnostics';
import type { Document } from '../workspace/document';

function element(tag: string, className: string, text = ''): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  if (text) made.textContent = text;
  return made;
}

/** The message as GHC laid it out, its code leading to an explanation. */
export function messageBox(diagnostic: Diagnostic): HTMLElement {
  const box = element('div', 'message-box');
  const head = element('div', 'message-head');
  head.append(element('span', `message-kind severity-${diagnostic.severity}`, diagnostic.severity === 1 ? 'Error' : diagnostic.severity === 2 ? 'Warning' : 'Hint'));
  const url = explanation(diagnostic.code);
  if (url !== null) {
    const link = element('a', 'message-code', diagnostic.code ?? '') as HTMLAnchorElement;
    link.href = url;
    link.target = '_blank';
    link.rel = 'noopener noreferrer';
    link.title = 'What this message means (errors.haskell.org)';
    head.append(link);
  } else if (diagnostic.code !== null) {
    head.append(element('span', 'message-code', diagnostic.code));
  }
  box.append(head, element('pre', 'message-text', diagnostic.message));
  return box;
}

function underlines(state: EditorState, doc: Document, diagnostics: readonly Diagnostic[]): Underline[] | null {
  const since = doc.since(doc.diagnosedVersion);
  if (!since) return null; // about a text of long ago: newer ones are on their way
  return toMarks(state.doc, diagnostics, since.doc, since.changes).map((mark) => ({
    from: Math.min(mark.from, state.doc.length),
    to: Math.min(mark.to, state.doc.length),
    severity: mark.severity,
    message: mark.diagnostic.message,
    renderMessage: () => messageBox(mark.diagnostic),
  }));
}

/** The transaction that shows these diagnostics; null when they are too old to be placed. */
export function showDiagnostics(
  state: EditorState,
  doc: Document,
  diagnostics: readonly Diagnostic[],
): TransactionSpec | null {
  const found = underlines(state, doc, diagnostics);
  return found && setDiagnostics(state, found);
}

export const lint = lintGutter({ hoverTime: 200 });
