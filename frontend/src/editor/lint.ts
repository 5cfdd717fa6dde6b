// Underlines and the box that shows GHC's message.

import { type Diagnostic as Underline, lintGutter, setDiagnostics } from '@codemirror/lint';
import type { EditorState, TransactionSpec } from '@codemirror/state';
import type { ShownDiagnostic as Diagnostic } from '../protocol';
import { applyFix, fixesFor, presentProblems } from '../language/fixes';
import { element } from '../language/markup';
import { lane } from '../language/server';
import { explanation, isUnneeded, toMarks } from '../workspace/diagnostics';
import type { Document } from '../workspace/document';

const SHOWN_FIXES = 5;

/** The message as GHC laid it out, its code leading to an explanation. */
export function messageBox(diagnostic: Diagnostic): HTMLElement {
  const box = element('div', 'message-box');
  const head = element('div', 'message-head');
  head.append(element('span', `message-kind severity-${diagnostic.severity}`, diagnostic.severity === 1 ? 'Error' : diagnostic.severity === 2 ? 'Warning' : 'Hint'));
  const url = explanation(diagnostic);
  if (url !== null) {
    const link = element('a', 'message-code', diagnostic.code ?? '') as HTMLAnchorElement;
    link.href = url;
    link.target = '_blank';
    link.rel = 'noopener noreferrer';
    link.title = `What this message means (${link.hostname})`;
    head.append(link);
  } else if (diagnostic.code !== null) {
    head.append(element('span', 'message-code', diagnostic.code));
  }
  box.append(head, element('pre', 'message-text', diagnostic.message));
  return box;
}

/** What can be done about it, added to the box once the server has said so. */
async function addFixes(box: HTMLElement, doc: Document, diagnostic: Diagnostic): Promise<void> {
  const [present] = presentProblems(doc, [diagnostic]);
  const fixes = present ? await fixesFor(lane(), doc, present.range, [present]) : [];
  if (fixes.length === 0) return;
  const row = element('div', 'message-fixes');
  for (const fix of fixes.slice(0, SHOWN_FIXES)) {
    const button = element('button', 'link', fix.title);
    button.addEventListener('click', () => void applyFix(fix));
    row.append(button);
  }
  box.append(row);
}

function withFixes(doc: Document, diagnostic: Diagnostic): HTMLElement {
  const box = messageBox(diagnostic);
  void addFixes(box, doc, diagnostic);
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
    ...(isUnneeded(mark.diagnostic) ? { markClass: 'cm-unneeded' } : {}),
    renderMessage: () => withFixes(doc, mark.diagnostic),
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

/** Hints have no dot in the margin: they ask for nothing. */
export const lint = lintGutter({ hoverTime: 200, markerFilter: (found) => found.filter((each) => each.severity !== 'hint') });
