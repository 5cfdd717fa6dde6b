// What the palette offers: actions, files, or symbols. The first character can choose: `>` actions, `@` symbols of
// the file, `#` symbols of the workspace, `:` a line.

import { goToCode } from '../editor/places';
import { focusEditor, goToLine } from '../editor/view';
import { signOf } from '../language/kinds';
import type { Range } from '../language/lsp';
import { outline } from '../language/symbols';
import { keyLabel } from '../lib/platform';
import { pathOf } from '../workspace/diagnostics';
import { openDocument } from '../workspace/documents';
import { files } from '../workspace/store';
import { available } from './actions';
import { part } from './layout';

export type Kind = 'palette' | 'files' | 'symbols' | 'workspace' | 'line';
export interface Choice { id: string; title: string; note: string; keys: string; run: () => void }

const PREFIXES: Record<string, Kind> = { '>': 'palette', '@': 'symbols', '#': 'workspace', ':': 'line' };

export const PLACEHOLDERS: Record<Kind, string> = {
  palette: 'Find an action',
  files: 'Go to a file (@ symbols, : line, > actions)',
  symbols: 'Go to a symbol of this file',
  workspace: 'Go to a symbol of the workspace',
  line: 'Number of the line',
};
export const LABELS: Record<Kind, string> = { ...PLACEHOLDERS, files: 'Go to a file' };

/** What is looked for, and where. */
export function readQuery(kind: Kind, query: string): { kind: Kind; text: string } {
  const chosen = PREFIXES[query[0] ?? ''];
  return chosen ? { kind: chosen, text: query.slice(1).trim() } : { kind, text: query };
}

function actionChoices(): Choice[] {
  return available()
    .filter((action) => !action.id.startsWith('palette'))
    .map(({ id, title, keys, run }) => ({ id, title, note: '', keys: keys ? keyLabel(keys) : '', run }));
}

function fileChoices(): Choice[] {
  const open = (path: string) => {
    part.value = 'code';
    void openDocument(path).then(focusEditor);
  };
  return [...files.value.keys()].sort().map((path) => ({ id: path, title: path, note: '', keys: '', run: () => open(path) }));
}

interface Symbol { name: string; kind: number; note: string; uri: string; range: Range }

export function symbolChoice({ name, kind, note, uri, range }: Symbol, index: number): Choice {
  const run = () => {
    goToCode({ uri, range });
  };
  return { id: `${index}`, title: name, note: note || signOf(kind)[1], keys: '', run };
}

const symbolChoices = () =>
  (outline.value ?? []).map((entry, index) => symbolChoice({ ...entry, note: entry.detail }, index));

export function choices(kind: Kind): Choice[] {
  switch (kind) {
    case 'palette':
      return actionChoices();
    case 'files':
      return fileChoices();
    case 'symbols':
      return symbolChoices();
    case 'workspace':
    case 'line':
      return [];
  }
}

/** The one line that the number means. */
export function lineChoices(text: string): Choice[] {
  const number = Number.parseInt(text, 10);
  if (!(number >= 1)) return [];
  return [{ id: 'line', title: `Go to line ${number}`, note: '', keys: '', run: () => goToLine(number) }];
}

export const noteOfPlace = (uri: string, container: string | null | undefined) => container ?? pathOf(uri);
