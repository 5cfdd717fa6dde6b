// The box that shows GHC's message, and the dots in the margin.

import { linter, lintGutter } from '@codemirror/lint';
import type { ShownDiagnostic } from '../protocol';
import { about } from '../language/answers';
import { applyFix, fixesFor, presentProblems } from '../language/fixes';
import { element } from '../language/markup';
import { lane } from '../language/server';
import { explanation } from '../workspace/diagnostics';
import type { Document } from '../workspace/document';
import { hidesBox } from './underlines';

const SHOWN_FIXES = 5;

/** The message as GHC laid it out, its code leading to an explanation. */
export function messageBox(diagnostic: ShownDiagnostic): HTMLElement {
  const box = element('div', 'message-box');
  const head = element('div', 'message-head');
  head.append(element('span', `message-kind severity-${diagnostic.severity}`, diagnostic.severity === 1 ? 'Error' : diagnostic.severity === 2 ? 'Warning' : 'Hint'));
  const url = explanation(diagnostic);
  if (url !== null) {
    const link = element('a', 'message-code', diagnostic.code ?? 'what it means') as HTMLAnchorElement;
    link.href = url;
    link.target = '_blank';
    link.rel = 'noopener noreferrer';
    link.title = `What this message means (${link.hostname})`;
    head.append(link);
  } else if (diagnostic.code !== null) {
    head.append(element('span', 'message-code', diagnostic.code));
  }
  const isHole = diagnostic.message.includes('Found hole');
  box.append(head, element('pre', isHole ? 'message-text of-hole' : 'message-text', diagnostic.message));
  return box;
}

/** What can be done about it, added to the box once the server has said so. */
async function addFixes(box: HTMLElement, doc: Document, diagnostic: ShownDiagnostic): Promise<void> {
  const [present] = presentProblems(doc, [diagnostic]);
  const fixes = present ? about(present.message, await fixesFor(lane(), doc, present.range, [present])) : [];
  if (fixes.length === 0) return;
  const row = element('div', 'message-fixes');
  for (const fix of fixes.slice(0, SHOWN_FIXES)) {
    const button = element('button', 'link', fix.title);
    button.addEventListener('click', () => void applyFix(fix));
    row.append(button);
  }
  box.append(row);
}

/** The same with what can be done about it. */
export function withFixes(doc: Document, diagnostic: ShownDiagnostic): HTMLElement {
  const box = messageBox(diagnostic);
  void addFixes(box, doc, diagnostic);
  return box;
}

/** Hints have no dot in the margin: they ask for nothing. */
export const lint = [
  linter(null, { hideOn: hidesBox }),
  lintGutter({ hoverTime: 200, markerFilter: (found) => found.filter((each) => each.severity !== 'hint') }),
];
