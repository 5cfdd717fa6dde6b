// What the server offers to do at a place: fixes of a problem, and other small changes.

import type { EditorState } from '@codemirror/state';
import type { ShownDiagnostic as Diagnostic, Explanation } from '../protocol';
import { toast } from '../shell/toasts';
import { toPosition } from '../workspace/changes';
import { moveAlong } from '../workspace/diagnostics';
import type { Document } from '../workspace/document';
import { problems, readOnly } from '../workspace/store';
import { applyWorkspaceEdit } from './edits';
import { showExplanation } from './Explained';
import type { Lane } from './lane';
import { type Fix, problemsAt, usable } from './answers';
import type { CodeAction, Command, Range } from './lsp';
import { can, inDocument, lane, option } from './server';

const run = lane();
const PATIENCE_MS = 20_000;
const EXPLAIN = 'haskell.explain';

export const canFix = () => !readOnly.value && can('codeActionProvider');

/** The file's problems in its text of now; none when they are about a text of long ago. */
export function presentProblems(doc: Document, found = problems.peek().get(doc.path) ?? []): readonly Diagnostic[] {
  const since = doc.since(doc.diagnosedVersion);
  return since ? moveAlong(found, doc.text, since.doc, since.changes) : [];
}

// A menu that was asked for; what shows by itself, and must not cost much.
export const INVOKED = 1;
const AUTOMATIC = 2;

export async function fixesFor(
  asking: Lane,
  doc: Document,
  range: Range,
  diagnostics: readonly Diagnostic[],
  triggerKind = AUTOMATIC,
): Promise<Fix[]> {
  if (!canFix()) return [];
  const params = { ...inDocument(doc), range, context: { diagnostics, triggerKind } };
  return usable(await asking.wonder('textDocument/codeAction', params, doc));
}

export function fixesAt(asking: Lane, doc: Document, state: EditorState, triggerKind = AUTOMATIC): Promise<Fix[]> {
  const { from, to } = state.selection.main;
  const range = { start: toPosition(state.doc, from), end: toPosition(state.doc, to) };
  return fixesFor(asking, doc, range, problemsAt(presentProblems(doc), range), triggerKind);
}

async function whole(fix: CodeAction): Promise<CodeAction> {
  if (fix.edit || fix.command || !option('codeActionProvider', 'resolveProvider')) return fix;
  return (await run.ask('codeAction/resolve', fix, null, PATIENCE_MS)) ?? fix;
}

async function follow({ command, arguments: given }: Command): Promise<void> {
  const answer = await run.ask('workspace/executeCommand', { command, arguments: given ?? [] }, null, PATIENCE_MS);
  if (command === EXPLAIN && answer) showExplanation(answer as Explanation);
}

export async function applyFix(fix: Fix): Promise<void> {
  try {
    if (typeof fix.command === 'string') {
      await follow(fix as Command);
      return;
    }
    const { edit, command } = await whole(fix as CodeAction);
    if (edit) await applyWorkspaceEdit(edit);
    if (command) await follow(command);
  } catch (error) {
    toast((error as Error).message, 'bad');
  }
}
