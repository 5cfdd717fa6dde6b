// What the server's answers say, as the page shows it. Plain data in, plain data out.

import type { ChangeSpec, Text } from '@codemirror/state';
import type { ShownDiagnostic as Diagnostic } from '../protocol';
import { toOffset } from '../workspace/changes';
import { pathOf } from '../workspace/diagnostics';
import type {
  CodeAction, Command, InlayHint, Location, LocationLink, Methods, Position, Range, SignatureInformation, TextEdit, WorkspaceEdit,
} from './lsp';

export function locationsOf(found: Methods['textDocument/definition']['result'] | undefined): Location[] {
  const all: (Location | LocationLink)[] = !found ? [] : Array.isArray(found) ? found : [found];
  return all.map((each) => ('targetUri' in each ? { uri: each.targetUri, range: each.targetSelectionRange } : each));
}

export interface Entry { name: string; detail: string; kind: number; depth: number; uri: string; range: Range }

export function entriesOf(symbols: Methods['textDocument/documentSymbol']['result'], uri: string, depth = 0): Entry[] {
  return (symbols ?? []).flatMap((symbol) => {
    if ('location' in symbol) return [{ name: symbol.name, detail: '', kind: symbol.kind, depth, uri: symbol.location.uri, range: symbol.location.range }];
    const { name, kind, detail, selectionRange, children } = symbol;
    return [{ name, detail: detail ?? '', kind, depth, uri, range: selectionRange }, ...entriesOf(children ?? [], uri, depth + 1)];
  });
}

export interface Use { location: Location; line: string }
export interface Uses { name: string; files: { path: string; uses: Use[] }[]; count: number }

/** By file, in the order of their places. */
export async function groupUses(
  name: string,
  locations: readonly Location[],
  lines: (path: string) => Promise<readonly string[]>,
): Promise<Uses> {
  const paths = [...new Set(locations.map((each) => pathOf(each.uri)))].sort();
  const files = await Promise.all(
    paths.map(async (path) => {
      const text = await lines(path).catch((): string[] => []);
      const uses = locations
        .filter((each) => pathOf(each.uri) === path)
        .sort((a, b) => a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character)
        .map((location) => ({ location, line: text[location.range.start.line] ?? '' }));
      return { path, uses };
    }),
  );
  return { name, files, count: locations.length };
}

/** The line around a use, cut to what is worth seeing. */
export function around({ location, line }: Use): [before: string, used: string, after: string] {
  const { start, end } = location.range;
  const stop = end.line === start.line ? end.character : line.length;
  return [line.slice(0, start.character).trimStart(), line.slice(start.character, stop), line.slice(stop)];
}

export type Fix = CodeAction | Command;

function touches({ start, end }: Range, from: Position, to: Position): boolean {
  const before = end.line < from.line || (end.line === from.line && end.character < from.character);
  const after = start.line > to.line || (start.line === to.line && start.character > to.character);
  return !before && !after;
}

/** The problems that a stretch of the text meets; with an empty one, those of the place, else of its line. */
export function problemsAt(found: readonly Diagnostic[], range: Range): readonly Diagnostic[] {
  const { start, end } = range;
  const here = found.filter((each) => touches(each.range, start, end));
  if (here.length > 0 || start.line !== end.line) return here;
  return found.filter((each) => each.range.start.line <= start.line && start.line <= each.range.end.line);
}

/** Preferred ones first, those that can't be used not at all. */
export function usable(found: readonly Fix[] | null | undefined): Fix[] {
  const all = (found ?? []).filter((each) => !('disabled' in each && each.disabled));
  const rank = (fix: Fix) => ('isPreferred' in fix && fix.isPreferred ? 0 : 'kind' in fix && fix.kind?.startsWith('source') ? 2 : 1);
  return all.map((fix, index) => ({ fix, index })).sort((a, b) => rank(a.fix) - rank(b.fix) || a.index - b.index).map(({ fix }) => fix);
}

/** Those that are about this message, and not only about others of the same place. */
export function about(message: string, fixes: readonly Fix[]): Fix[] {
  const told = (fix: Fix) => ('diagnostics' in fix ? (fix.diagnostics ?? []) : []);
  return fixes.filter((fix) => told(fix).some((each) => each.message === message));
}

/** Where the present parameter stands in the label. */
export function parameterSpan(signature: SignatureInformation, at: number | null | undefined): [number, number] | null {
  const label = signature.parameters?.[signature.activeParameter ?? at ?? 0]?.label;
  if (label === undefined) return null;
  if (typeof label !== 'string') return label;
  const from = signature.label.indexOf(label);
  return from < 0 ? null : [from, from + label.length];
}

export function hintText({ label, paddingLeft, paddingRight }: InlayHint): string {
  const text = typeof label === 'string' ? label : label.map((part) => part.value).join('');
  return `${paddingLeft ? ' ' : ''}${text.replace(/\s+/g, ' ')}${paddingRight ? ' ' : ''}`;
}

export interface Legend { tokenTypes: readonly string[]; tokenModifiers: readonly string[] }
export interface Name { line: number; character: number; length: number; kind: string; modifiers: string[] }

/** The names that five numbers each tell of, the place by its distance from the one before. */
export function namesOf(data: readonly number[], { tokenTypes, tokenModifiers }: Legend): Name[] {
  const names: Name[] = [];
  let line = 0;
  let character = 0;
  for (let at = 0; at + 5 <= data.length; at += 5) {
    const [lines, characters, length, kind, bits] = data.slice(at, at + 5) as [number, number, number, number, number];
    character = lines > 0 ? characters : character + characters;
    line += lines;
    const modifiers = tokenModifiers.filter((_, bit) => bits & (1 << bit));
    names.push({ line, character, length, kind: tokenTypes[kind] ?? 'variable', modifiers });
  }
  return names;
}

export function changesOf(text: Text, edits: readonly TextEdit[]): ChangeSpec[] {
  return edits.map(({ range, newText }) => ({
    from: toOffset(text, range.start),
    to: toOffset(text, range.end),
    insert: newText.replace(/\r\n?/g, '\n'),
  }));
}

/** The edits of each file; both forms that the protocol knows. */
export function editsOf(edit: WorkspaceEdit): Map<string, TextEdit[]> {
  const found = new Map<string, TextEdit[]>();
  const add = (uri: string, edits: readonly TextEdit[]) => {
    const path = pathOf(uri);
    found.set(path, [...(found.get(path) ?? []), ...edits]);
  };
  for (const [uri, edits] of Object.entries(edit.changes ?? {})) add(uri, edits);
  for (const each of edit.documentChanges ?? []) if ('edits' in each) add(each.textDocument.uri, each.edits);
  return found;
}
