// What the buttons, the palette and the keys do.

import type { Signal } from '@preact/signals';
import { openSearchPanel } from '@codemirror/search';
import type { EditorView } from '@codemirror/view';
import { showReplace } from '../find/Bar';
import { isHaskell } from '../editor/haskell';
import { formatOnSave, indent, inlayHints, ligatures, wrapLines } from '../editor/settings';
import { goToCode } from '../editor/places';
import { cursor, editorView, focusEditor } from '../editor/view';
import { goToDefinition } from '../language/definition';
import { canFormat, formatFile } from '../language/format';
import { hoverAtCursor } from '../language/hover';
import { openSearch } from '../hoogle/state';
import { openFixes } from '../language/menu';
import { findReferences } from '../language/references';
import { renameName } from '../language/rename';
import type { Insight } from '../insight/state';
import type { Stage } from '../views/state';
import type { MatrixMode } from '../matrix/state';
import { runHere as runOneHere } from '../testing/run';
import { toggleBreakpoint } from '../debug/breakpoints';
import { called, reloadRepl } from '../terminal/reload';
import { toReadOnly } from '../boot';
import { shareWorkspace } from '../api/workspaces';
import { paneSize } from '../output/size';
import { options } from '../runs/options';
import { liveRuns, shown, startRun, stopAll } from '../runs/store';
import { isLive } from '../runs/progress';
import { nextProblem } from '../workspace/diagnostics';
import { activePath } from '../workspace/opened';
import { flushDocuments } from '../workspace/saving';
import { rpc } from '../workspace/session';
import { problemGroups, readOnly, workspace } from '../workspace/store';
import { announce } from './announce';
import { part, showTab } from './layout';
import { toast } from './toasts';

export async function runProgram(mode: 'interpret' | 'compile' | 'test'): Promise<void> {
  if (readOnly.value) {
    toast(toReadOnly);
    return;
  }
  showTab('output');
  // A native program writes line by line to a terminal only; into a pipe it would write blocks, long after it ran.
  const native = mode === 'test' || (mode === 'compile' && options.value.stdin === '');
  const terminal = native ? { terminal: { columns: paneSize.columns, rows: paneSize.rows } } : {};
  await startRun({ mode, pane: 'output', ...terminal });
}

/** Runs the native program and has it tell more of itself than its output. */
export async function measure(insight: Insight, mode: 'compile' | 'test' = 'compile'): Promise<void> {
  showTab('output');
  const piped = insight === 'benchmark' || options.value.stdin !== '';
  const terminal = piped && mode === 'compile' ? {} : { terminal: { columns: paneSize.columns, rows: paneSize.rows } };
  await startRun({ mode, pane: 'output', insight, ...terminal });
}

export function onEveryToolchain(mode: MatrixMode): void {
  showTab('matrix');
  void import('../matrix/state').then(({ startMatrix }) => startMatrix(mode));
}

/** Finds definitions by name or type: of the hole at the cursor, of what is selected, or of what is typed then. */
export function searchDefinitions(): void {
  openSearch();
}

export async function openRepl(): Promise<void> {
  if (readOnly.value) return;
  showTab('repl');
  called.value += 1;
  const run = shown.repl.value;
  if (!run || !isLive(run.progress.value)) await startRun({ mode: 'repl', pane: 'repl', terminal: { columns: 80, rows: 24 } });
}

export const stopProgram = () => stopAll();
export const programRuns = () => liveRuns.value.some((run) => run.mode !== 'repl');

/** What an action does at the editor's cursor. */
function inEditor(act: (view: EditorView) => unknown): void {
  part.value = 'code';
  const view = editorView();
  if (view) void act(view);
}

export function breakpoint(): void {
  if (isHaskell(activePath.value ?? '')) inEditor(toggleBreakpoint);
  else toast('A breakpoint stands in a Haskell file.');
}
export const runHere = () => inEditor(runOneHere);
export const quickFixes = () => inEditor(openFixes);
export const showHover = () => inEditor(hoverAtCursor);
export const definition = () => inEditor(goToDefinition);
export const uses = () => inEditor(findReferences);
export const rename = () => inEditor(renameName);
export const format = () => formatFile();

/** Where the keyboard is in the output, it is the output that is searched. */
export function find(): void {
  const field = document.activeElement?.closest('.output')?.querySelector<HTMLInputElement>('.output-search input');
  if (field) field.select();
  else inEditor(openSearchPanel);
}

export function replace(): void {
  showReplace();
  inEditor(openSearchPanel);
}

export const canLook = () => !readOnly.value && isHaskell(activePath.value ?? '');

/** What GHC makes of the file in front. */
export function lookAt(stage: Stage): void {
  void import('../views/state').then(({ look }) => look({ stage }));
}

/** Everything is saved by itself; the habit does no harm, and formats for those who want it. */
export async function save(): Promise<void> {
  if (formatOnSave.value && canFormat()) await formatFile(false);
  flushDocuments();
  reloadRepl();
  announce('Saved.');
}

/** Changes a setting and says what it is now, which the text in front may not show. */
function turn(setting: Signal<boolean>, on: string, off: string): void {
  setting.value = !setting.value;
  toast(setting.value ? on : off, 'ok');
}

export const toggleFormatOnSave = () => turn(formatOnSave, 'Saving with the key formats the file.', 'Saving no longer formats.');
export const toggleLigatures = () => turn(ligatures, 'Ligatures are on: -> and >>= are drawn as one sign each.', 'Ligatures are off.');
export const toggleWrap = () => turn(wrapLines, 'Long lines are wrapped.', 'Long lines are not wrapped.');
export const toggleInlayHints = () => turn(inlayHints, 'Inferred types are shown in the text.', 'Inferred types are not shown in the text.');

export function toggleIndent(): void {
  indent.value = indent.value === 2 ? 4 : 2;
  toast(`Tab indents by ${indent.value} blanks.`, 'ok');
}

export function goToProblem(step: 1 | -1): void {
  const { line, character } = cursor();
  const problem = nextProblem(problemGroups.value, activePath.value, line, character, step);
  if (!problem) {
    toast('There are no problems.', 'ok');
    return;
  }
  goToCode(problem);
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

/** What was to run ends as stopped; the next key or run asks for room again. */
export function stopWaiting(): void {
  rpc.call('session/leave', {}).catch((error: unknown) => toast((error as Error).message, 'bad'));
}

export function restartSession(): void {
  rpc.call('session/restart', {}).then(
    () => toast('The session starts anew. What programs wrote since it last slept is gone.', 'ok'),
    (error: unknown) => toast((error as Error).message, 'bad'),
  );
}

export function backToEditor(): void {
  part.value = 'code';
  focusEditor();
}
