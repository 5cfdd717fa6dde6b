// Every action with its name and keys: the palette, the help and the keyboard are made from this list.

import { archiveUrl } from '../api/workspaces';
import { findEverywhere } from '../find/asked';
import { coverage, hideCoverage } from '../insight/state';
import { canFix } from '../language/fixes';
import { canFormat } from '../language/format';
import { can } from '../language/server';
import { creating } from '../files/state';
import { closeDocument, openDocument } from '../workspace/documents';
import { activePath, openPaths } from '../workspace/opened';
import { readOnly, sessionStatus, workspace } from '../workspace/store';
import * as commands from './commands';
import { filesShown, part, showTab } from './layout';
import { openDialog } from './overlay';
import { isMac } from '../lib/platform';
import { canTest, evaluate } from '../testing/run';
import { debugProgram, standing, step } from '../debug/state';
import { switchTheme } from './theme';

export interface Action {
  id: string;
  title: string;
  keys?: string;
  run: () => void;
  /** Works in a terminal too, where most keys belong to the program. */
  everywhere?: boolean;
  /** Its keys are the editor's: elsewhere they mean something else. */
  inEditor?: boolean;
  when?: () => boolean;
}

const stands = () => standing.value !== null;
const editable = () => !readOnly.value;
const isWaiting = () => sessionStatus.value?.state === 'waiting';

function newFile(): void {
  part.value = 'files';
  filesShown.value = true;
  creating.value = 'file';
}

function nextTab(step: 1 | -1): void {
  const paths = openPaths.value;
  const at = paths.indexOf(activePath.value ?? '');
  const next = paths[(at + step + paths.length) % paths.length];
  if (next !== undefined) void openDocument(next);
}

export const actions: Action[] = [
  { id: 'run', title: 'Run', keys: 'Mod-Enter', everywhere: true, run: () => void commands.runProgram('interpret') },
  { id: 'run-optimised', title: 'Run optimised', keys: 'Shift-Mod-Enter', everywhere: true, when: editable, run: () => void commands.runProgram('compile') },
  { id: 'test', title: 'Run the tests', keys: 'Shift-Alt-t', when: editable, run: () => void commands.runProgram('test') },
  { id: 'statistics', title: 'Run with time and allocation', when: editable, run: () => void commands.measure('statistics') },
  { id: 'coverage', title: 'Run with coverage', when: editable, run: () => void commands.measure('coverage') },
  { id: 'test-coverage', title: 'Run the tests with coverage', when: editable, run: () => void commands.measure('coverage', 'test') },
  { id: 'hide-coverage', title: 'Hide the coverage', when: () => coverage.value !== null, run: hideCoverage },
  { id: 'benchmark', title: 'Benchmark: run many times', when: editable, run: () => void commands.measure('benchmark') },
  { id: 'matrix-check', title: 'Check on every toolchain', when: editable, run: () => commands.onEveryToolchain('check') },
  { id: 'matrix-run', title: 'Run on every toolchain', when: editable, run: () => commands.onEveryToolchain('interpret') },
  { id: 'core', title: 'Show the Core of this file', when: commands.canLook, run: () => commands.lookAt('core') },
  { id: 'stg', title: 'Show the STG of this file', when: commands.canLook, run: () => commands.lookAt('stg') },
  { id: 'cmm', title: 'Show the Cmm of this file', when: commands.canLook, run: () => commands.lookAt('cmm') },
  { id: 'asm', title: 'Show the assembly of this file', when: commands.canLook, run: () => commands.lookAt('asm') },
  { id: 'profile', title: 'Profile: what takes the time', when: editable, run: () => void commands.measure('profile') },
  { id: 'debug', title: 'Debug the program, or go on to the next breakpoint', keys: 'Alt-F5', everywhere: true, when: editable, run: () => void debugProgram() },
  { id: 'breakpoint', title: 'Set or remove a breakpoint at the cursor', keys: 'F9', when: editable, run: commands.breakpoint },
  { id: 'debug-local', title: 'Debugger: step within the function', keys: 'F10', everywhere: true, when: stands, run: () => step('stepLocal') },
  { id: 'debug-step', title: 'Debugger: step', keys: 'Shift-F10', everywhere: true, when: stands, run: () => step('step') },
  { id: 'stop', title: 'Stop the program', keys: 'Mod-.', everywhere: true, when: commands.programRuns, run: commands.stopProgram },
  { id: 'terminal', title: 'Run in a terminal', when: editable, run: () => showTab('terminal') },
  { id: 'repl', title: 'REPL', keys: 'Mod-`', everywhere: true, when: editable, run: () => void commands.openRepl() },
  { id: 'output', title: 'Show the output', run: () => showTab('output') },
  { id: 'problems', title: 'Show the problems', keys: 'Shift-Mod-m', run: () => showTab('problems') },
  { id: 'next-problem', title: 'Next problem', keys: 'F8', everywhere: true, run: () => commands.goToProblem(1) },
  { id: 'previous-problem', title: 'Previous problem', keys: 'Shift-F8', everywhere: true, run: () => commands.goToProblem(-1) },
  { id: 'fixes', title: 'Quick fixes', keys: 'Alt-Enter', when: canFix, run: commands.quickFixes },
  { id: 'palette-fixes', title: 'Quick fixes', keys: 'Mod-.', when: () => canFix() && !commands.programRuns(), run: commands.quickFixes },
  { id: 'hover', title: 'Type and documentation at the cursor', keys: 'Alt-i', when: () => can('hoverProvider'), run: commands.showHover },
  { id: 'definition', title: 'Go to the definition', keys: 'F12', when: () => can('definitionProvider'), run: commands.definition },
  { id: 'references', title: 'Find all uses', keys: 'Shift-F12', when: () => can('referencesProvider'), run: commands.uses },
  { id: 'rename', title: 'Rename', keys: 'F2', inEditor: true, when: () => editable() && can('renameProvider'), run: commands.rename },
  { id: 'format', title: 'Format the file', keys: 'Shift-Alt-f', when: canFormat, run: () => void commands.format() },
  { id: 'run-here', title: 'Run the test, property or example at the cursor', keys: 'Shift-Alt-r', when: canTest, run: commands.runHere },
  { id: 'evaluate', title: 'Evaluate the examples of this file (>>> in comments)', keys: 'Shift-Alt-e', when: canTest, run: () => void evaluate() },
  { id: 'save', title: 'Save', keys: 'Mod-s', when: editable, run: () => void commands.save() },
  { id: 'symbols', title: 'Go to a symbol', keys: 'Shift-Mod-o', when: () => can('documentSymbolProvider'), run: () => openDialog('symbols') },
  { id: 'find', title: 'Find in the file', keys: 'Mod-f', run: commands.find },
  { id: 'replace', title: 'Replace in the file', keys: 'Alt-Mod-f', when: editable, run: commands.replace },
  { id: 'hoogle', title: 'Hoogle: find a definition by name or type', keys: 'Shift-Alt-h', when: editable, run: commands.searchDefinitions },
  { id: 'find-everywhere', title: 'Find in all files', keys: 'Shift-Mod-f', run: () => findEverywhere() },
  { id: 'line', title: 'Go to a line', keys: 'Alt-g', run: () => openDialog('line') },
  { id: 'palette', title: 'All actions', keys: 'Mod-k', run: () => openDialog('palette') },
  { id: 'palette-f1', title: 'All actions', keys: 'F1', everywhere: true, run: () => openDialog('palette') },
  { id: 'files', title: 'Go to a file', keys: 'Mod-p', run: () => openDialog('files') },
  { id: 'editor', title: 'Back to the editor', keys: 'Mod-e', run: commands.backToEditor },
  { id: 'new-file', title: 'New file', when: editable, run: newFile },
  { id: 'close-tab', title: 'Close the file', keys: 'Alt-w', run: () => activePath.value !== null && closeDocument(activePath.value) },
  { id: 'next-tab', title: 'Next file', keys: 'Alt-PageDown', run: () => nextTab(1) },
  { id: 'previous-tab', title: 'Previous file', keys: 'Alt-PageUp', run: () => nextTab(-1) },
  { id: 'sidebar', title: 'Show or hide the files', keys: 'Mod-b', run: () => (filesShown.value = !filesShown.value) },
  { id: 'indent', title: 'Indent by 2 or 4 blanks', run: commands.toggleIndent },
  { id: 'ligatures', title: 'Ligatures on or off', run: commands.toggleLigatures },
  { id: 'wrap', title: 'Wrap long lines or not', ...(isMac ? {} : { keys: 'Alt-z' }), run: commands.toggleWrap },
  { id: 'inlay', title: 'Inferred types in the text on or off', when: () => can('inlayHintProvider'), run: commands.toggleInlayHints },
  { id: 'format-on-save', title: 'Format when saving on or off', when: canFormat, run: commands.toggleFormatOnSave },
  { id: 'theme', title: 'Light or dark', run: switchTheme },
  { id: 'share', title: 'Share a frozen copy', when: () => editable() && !!workspace.value?.id, run: () => void commands.share() },
  { id: 'zip', title: 'Download as zip', when: () => !!workspace.value?.id, run: () => location.assign(archiveUrl(workspace.value!.id)) },
  { id: 'leave', title: 'Stop waiting for room', when: isWaiting, run: commands.stopWaiting },
  { id: 'restart', title: 'Restart the session', when: editable, run: commands.restartSession },
  { id: 'workspaces', title: 'All workspaces', run: () => location.assign('/workspaces') },
  { id: 'help', title: 'Keyboard shortcuts and help', keys: '?', run: () => openDialog('help') },
];

export const isAvailable = (action: Action) => action.when?.() ?? true;
export const available = () => actions.filter(isAvailable);
export const actionKeys = (id: string) => actions.find((action) => action.id === id)?.keys ?? '';
