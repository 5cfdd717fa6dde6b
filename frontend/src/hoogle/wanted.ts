// What somebody at a place of the text looks for.

import type { Position, ShownDiagnostic as Diagnostic } from '../protocol';

const HOLE = /Found hole: \S+ ::([\s\S]*?)(?=\n\s*(?:Or perhaps|Where:|[•*]|In )|$)/;
const SELECTED = 300;

function isWithin({ range: { start, end } }: Diagnostic, { line, character }: Position): boolean {
  const after = line > start.line || (line === start.line && character >= start.character);
  return after && (line < end.line || (line === end.line && character <= end.character));
}

/** The type of the hole that stands there; else what is selected. */
export function wantedAt(problems: readonly Diagnostic[], place: Position, selected: string): string {
  const text = selected.trim().replace(/\s+/g, ' ');
  if (text && text.length <= SELECTED && !text.startsWith('_')) return text;
  for (const problem of problems) {
    const hole = isWithin(problem, place) ? HOLE.exec(problem.message) : null;
    if (hole) return `:: ${hole[1]!.trim().replace(/\s+/g, ' ')}`;
  }
  return '';
}
