// Places that a program or GHC named lead to the line.

import type { Place } from '../lib/places';
import { part } from '../shell/layout';
import { uriOf } from '../workspace/diagnostics';
import { files } from '../workspace/store';
import { goTo } from './view';

export const isFile = (path: string) => files.peek().has(path);

export function leadTo({ path, line, column }: Place): void {
  const start = { line: line - 1, character: column - 1 };
  goToCode({ uri: uriOf(path), range: { start, end: start } });
}

/** Goes there; a narrow page shows the code then. */
export function goToCode(place: Parameters<typeof goTo>[0]): void {
  part.value = 'code';
  void goTo(place);
}
