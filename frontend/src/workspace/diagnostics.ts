// GHC's messages as the editor underlines them.

import type { ChangeDesc, Text } from '@codemirror/state';
import { LETTER } from '../lib/names';
import type { ShownDiagnostic as Diagnostic } from '../protocol';
import { toOffset, toPosition } from './changes';

export type Severity = 'error' | 'warning' | 'info' | 'hint';

export interface Mark { from: number; to: number; severity: Severity; diagnostic: Diagnostic }

const HINT = 4;
const WORD = new RegExp(`^${LETTER}+`, 'u');
const SEVERITIES: Severity[] = ['error', 'warning', 'info', 'hint'];

export function severityOf(diagnostic: Diagnostic): Severity {
  return SEVERITIES[diagnostic.severity - 1] ?? 'info';
}

export function pathOf(uri: string): string {
  const path = uri.replace(/^file:\/\/\/work\/?/, '');
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

export function uriOf(path: string): string {
  return `file:///work/${path.split('/').map(encodeURIComponent).join('/')}`;
}

/** An empty range is widened to the word after it, else to a character, so that there is something to see. */
function widen(doc: Text, from: number, to: number): [number, number] {
  if (to > from) return [from, to];
  const line = doc.lineAt(from);
  const word = WORD.exec(line.text.slice(from - line.from))?.[0];
  if (word) return [from, from + word.length];
  if (from < line.to) return [from, from + 1];
  return from > line.from ? [from - 1, from] : [from, from];
}

/** Where the diagnostics lie in `doc`. `since`: what was typed after the text that they are about. */
export function toMarks(doc: Text, diagnostics: readonly Diagnostic[], about = doc, since?: ChangeDesc): Mark[] {
  return diagnostics
    .map((diagnostic) => {
      const start = toOffset(about, diagnostic.range.start);
      const [from, to] = widen(about, start, Math.max(start, toOffset(about, diagnostic.range.end)));
      const moved = since ? [since.mapPos(from, 1), since.mapPos(to, -1)] : [from, to];
      return { from: moved[0]!, to: Math.max(moved[0]!, moved[1]!), severity: severityOf(diagnostic), diagnostic };
    })
    .sort((a, b) => a.from - b.from || a.to - b.to);
}

/** A page that explains the message; shown as a link only, never fetched. */
export function explanation({ code, codeDescription }: Pick<Diagnostic, 'code' | 'codeDescription'>): string | null {
  if (codeDescription?.href.startsWith('https://')) return codeDescription.href;
  return code !== null && /^GHC-\d+$/.test(code) ? `https://errors.haskell.org/messages/${code}` : null;
}

/** Names and imports that nothing needs are shown faded. */
export const isUnneeded = ({ tags }: Pick<Diagnostic, 'tags'>) => tags?.includes(1) ?? false;

/** Whether these are the words of before but for hlint's, which come after GHC's and change nothing else that is known of the text. */
export function isLintAlone(before: readonly Diagnostic[], now: readonly Diagnostic[]): boolean {
  const [was, is] = [before, now].map((all) => ({
    lint: JSON.stringify(all.filter((each) => each.source === 'hlint')),
    others: JSON.stringify(all.filter((each) => each.source !== 'hlint')),
  }));
  return was!.others === is!.others && was!.lint !== is!.lint;
}

/** The same diagnostics where they lie now, after what was typed since. */
export function moveAlong(found: readonly Diagnostic[], now: Text, about: Text, since: ChangeDesc): Diagnostic[] {
  return toMarks(now, found, about, since).map(({ from, to, diagnostic }) => ({
    ...diagnostic,
    range: { start: toPosition(now, from), end: toPosition(now, to) },
  }));
}

/** Why hlint has no ideas for some files: hints about the whole of them, which have no code. */
export const excusesOf = (byPath: ReadonlyMap<string, readonly Diagnostic[]>): Diagnostic[] =>
  [...byPath.values()].flat().filter((each) => each.source === 'hlint' && each.severity === HINT && each.code === null);

export interface ProblemGroup { path: string; problems: Diagnostic[]; errors: number }

/** Files with errors first; in a file by place. Hints are seen in the text only. */
export function groupProblems(byPath: ReadonlyMap<string, readonly Diagnostic[]>): ProblemGroup[] {
  return [...byPath]
    .map(([path, found]) => [path, found.filter((each) => each.severity < HINT)] as const)
    .filter(([, problems]) => problems.length > 0)
    .map(([path, problems]) => ({
      path,
      problems: [...problems].sort(
        (a, b) => a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character,
      ),
      errors: problems.filter((problem) => problem.severity === 1).length,
    }))
    .sort((a, b) => Number(b.errors > 0) - Number(a.errors > 0) || a.path.localeCompare(b.path));
}

/** The problem after (or before) a place, going round through all files. */
export function nextProblem(
  groups: readonly ProblemGroup[],
  path: string | null,
  line: number,
  character: number,
  step: 1 | -1,
): Diagnostic | null {
  const all = groups.flatMap((group) => group.problems);
  if (all.length === 0) return null;
  const here = all.filter((problem) => pathOf(problem.uri) === path);
  const beyond = (problem: Diagnostic) => {
    const { start } = problem.range;
    const order = start.line - line || start.character - character;
    return order * step > 0;
  };
  const inFile = step === 1 ? here.find(beyond) : here.findLast(beyond);
  if (inFile) return inFile;
  const edge = here.length > 0 ? all.indexOf(here.at(step === 1 ? -1 : 0)!) : step === 1 ? -1 : 0;
  return all[(edge + step + all.length) % all.length] ?? null;
}
