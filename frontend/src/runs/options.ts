// How the user wants programs run; kept in this browser, by workspace.

import { effect, signal } from '@preact/signals';
import { recall, remember } from '../lib/storage';
import { workspace } from '../workspace/store';

export type Optimization = 0 | 1 | 2;

export interface RunOptions {
  /** null: as the package's ghc-options say, else 1. */
  optimization: Optimization | null;
  /** As typed; see `splitArguments`. */
  arguments: string;
  /** Given at once and followed by end of file; empty: input is typed while it runs. */
  stdin: string;
  entry: string | null;
}

const USUAL: RunOptions = { optimization: null, arguments: '', stdin: '', entry: null };
const key = () => `run:${workspace.value?.id ?? ''}`;

export const options = signal<RunOptions>(USUAL);

effect(() => {
  if (workspace.value?.id) options.value = { ...USUAL, ...recall<Partial<RunOptions>>(key(), {}) };
});

export function setOptions(change: Partial<RunOptions>): void {
  options.value = { ...options.value, ...change };
  remember(key(), options.value);
}
