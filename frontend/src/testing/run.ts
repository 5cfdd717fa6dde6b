// Runs one of a file's runnables and puts what came of it beside the code.

import type { EditorView } from '@codemirror/view';
import { effect, signal } from '@preact/signals';
import type { Runnable, WorkspaceEdit } from '../protocol';
import { refused, startRun } from '../runs/store';
import { showTab } from '../shell/layout';
import { toast } from '../shell/toasts';
import type { Document } from '../workspace/document';
import { active } from '../workspace/opened';
import { readOnly } from '../workspace/store';
import { uriOf } from '../workspace/diagnostics';
import { applyWorkspaceEdit } from '../language/edits';
import { can, lane } from '../language/server';
import { checkedExamples, keyOf, type Result, resultsOf } from './results';
import { came, runnables } from './state';

const evaluating = lane();
const EVALUATION_MS = 40_000;

/** How many evaluations are under way. */
export const evaluations = signal(0);

export const canTest = () => !readOnly.value && can('codeLensProvider');

async function evaluated(doc: Document, line?: number): Promise<WorkspaceEdit | null | undefined> {
  const given = line === undefined ? [uriOf(doc.path)] : [uriOf(doc.path), line];
  const edit = await evaluating.ask('workspace/executeCommand', { command: 'haskell.evaluate', arguments: given }, doc, EVALUATION_MS);
  return edit as WorkspaceEdit | null | undefined;
}

/** The results of the examples of the file, or of one comment, written below them. */
export async function evaluate(line?: number): Promise<void> {
  const doc = active.peek();
  if (!doc || !canTest()) return;
  evaluations.value += 1;
  try {
    const edit = await evaluated(doc, line);
    if (edit && (await applyWorkspaceEdit(edit)) === 0) toast('The results stand there already.', 'ok');
  } catch (error) {
    toast((error as Error).message, 'bad');
  } finally {
    evaluations.value -= 1;
  }
}

type Show = (results: ReadonlyMap<string, Result>) => void;

async function check(doc: Document, which: Runnable, show: Show): Promise<void> {
  const failed = (error: unknown): Result => ({ state: 'failed', said: (error as Error).message });
  const result = await evaluated(doc, which.range.start.line).then(
    (edit) => (edit ? checkedExamples(which, Object.values(edit.changes).flat()) : null),
    failed,
  );
  if (result) show(new Map([[keyOf(which), result]]));
}

async function test(doc: Document, which: Runnable, all: readonly Runnable[], show: Show): Promise<void> {
  const target = { kind: which.kind as 'property' | 'spec' | 'tasty', name: which.name };
  const run = await startRun({ mode: 'test', pane: 'output', entry: doc.path, target });
  if (!run) {
    show(new Map([[keyOf(which), { state: 'failed', said: refused.peek() ?? 'It could not be started.' }]]));
    return;
  }
  const stop = effect(() => {
    const { finished } = run.progress.value;
    if (!finished) return;
    queueMicrotask(() => {
      stop();
      const printed = run.buffer.lines.map((each) => each.text).join('\n');
      show(resultsOf(which, all, finished, printed));
    });
  });
}

/** What a click on its mark does. */
export function runOne(view: EditorView, which: Runnable): void {
  const doc = active.peek();
  if (!doc) return;
  if (which.kind === 'main') {
    showTab('output');
    void startRun({ mode: 'interpret', pane: 'output', entry: doc.path });
    return;
  }
  const text = view.state.doc;
  const show: Show = (results) => {
    if (active.peek() === doc && view.state.doc === text) view.dispatch({ effects: came.of(results) });
  };
  show(new Map([[keyOf(which), { state: 'running', said: '' }]]));
  void (which.kind === 'examples' ? check(doc, which, show) : test(doc, which, view.state.field(runnables).all, show));
}

/** What begins at the cursor's line, else the last that begins above it. */
export function runHere(view: EditorView): void {
  const line = view.state.doc.lineAt(view.state.selection.main.head).number - 1;
  const all = view.state.field(runnables, false)?.all ?? [];
  const above = all.filter(({ range }) => range.start.line <= line);
  const here = above.sort((a, b) => a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character).at(-1);
  if (here) runOne(view, here);
  else toast('There is nothing here that can be run by itself: a prop_…, a test, or an example (-- >>>).');
}
