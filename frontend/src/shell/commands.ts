// What the buttons, the palette and the keys do.

import { cursor, focusEditor, goTo } from '../editor/view';
import { shareWorkspace } from '../api/workspaces';
import { paneSize } from '../output/size';
import { options } from '../runs/options';
import { shown, startRun, stopAll } from '../runs/store';
import { isLive } from '../runs/progress';
import { nextProblem } from '../workspace/diagnostics';
import { activePath } from '../workspace/opened';
import { rpc } from '../workspace/session';
import { problemGroups, readOnly, workspace } from '../workspace/store';
import { announce } from './announce';
import { part, showTab } from './layout';
import { toast } from './toasts';

export async function runProgram(mode: 'interpret' | 'compile' | 'test'): Promise<void> {
  if (readOnly.value) {
    toast('Fork this copy first: then it can run as yours.');
    return;
  }
  showTab('output');
  // A native program writes line by line to a terminal only; into a pipe it would write blocks, long after it ran.
  const native = mode === 'test' || (mode === 'compile' && options.value.stdin === '');
  const terminal = native ? { terminal: { columns: paneSize.columns, rows: paneSize.rows } } : {};
  await startRun({ mode, pane: 'output', ...terminal });
}

export async function openRepl(): Promise<void> {
  if (readOnly.value) return;
  showTab('repl');
  const run = shown.repl.value;
  if (!run || !isLive(run.progress.value)) await startRun({ mode: 'repl', pane: 'repl', terminal: { columns: 80, rows: 24 } });
}

export const stopProgram = () => stopAll();

export function goToProblem(step: 1 | -1): void {
  const { line, character } = cursor();
  const problem = nextProblem(problemGroups.value, activePath.value, line, character, step);
  if (!problem) {
    toast('There are no problems.', 'ok');
    return;
  }
  part.value = 'code';
  void goTo(problem);
  announce(problem.message);
}

export async function share(): Promise<void> {
  try {
    const { slug } = await shareWorkspace(workspace.value?.id ?? '');
    const url = `${location.origin}/s/${slug}`;
    await navigator.clipboard.writeText(url).catch(() => undefined);
    toast('A frozen copy is shared; its address is in the clipboard.', 'ok', {
      label: 'Open it',
      run: () => void window.open(url, '_blank', 'noopener'),
    });
  } catch (error) {
    toast((error as Error).message, 'bad');
  }
}

export function restartSession(): void {
  rpc.call('session/restart', {}).then(
    () => toast('The session starts anew.', 'ok'),
    (error: unknown) => toast((error as Error).message, 'bad'),
  );
}

export function backToEditor(): void {
  part.value = 'code';
  focusEditor();
}
