// What can be run in the text, and what came of it: kept with the editor's state, gone when the text changes.

import { StateEffect, StateField } from '@codemirror/state';
import type { Runnable } from '../protocol';
import type { Result } from './results';

export interface Runnables { all: readonly Runnable[]; results: ReadonlyMap<string, Result> }

export const found = StateEffect.define<readonly Runnable[]>();
export const came = StateEffect.define<ReadonlyMap<string, Result>>();

const NOTHING: Runnables = { all: [], results: new Map() };

export const runnables = StateField.define<Runnables>({
  create: () => NOTHING,
  update(value, transaction) {
    let now = transaction.docChanged && value.results.size > 0 ? { ...value, results: NOTHING.results } : value;
    for (const effect of transaction.effects) {
      if (effect.is(found)) now = { ...now, all: effect.value };
      if (effect.is(came)) now = { ...now, results: new Map([...now.results, ...effect.value]) };
    }
    return now;
  },
});
