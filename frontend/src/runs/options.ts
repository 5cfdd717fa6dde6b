// How the user wants programs run; kept in this browser, by workspace.

import { effect, signal } from '@preact/signals';
import { recall, remember } from '../lib/storage';
import { workspace } from '../workspace/store';

export type Optimization = 0 | 1 | 2;

export interface RunOptions {
  optimization: Optimization;
  /** As typed; see `splitArguments`. */
  arguments: string;
  /** Given at once and followed by end of file; empty: input is typed while it runs. */
  stdin: string;
  entry: string | null;
}

const USUAL: RunOptions = { optimization: 1, arguments: '', stdin: '', entry: null };
const key = () => `run:${workspace.value?.id ?? ''}`;

export const options = signal<RunOptions>(USUAL);

effect(() => {
  if (workspace.value?.id) options.value = { ...USUAL, ...recall<Partial<RunOptions>>(key(), {}) };
});

export function setOptions(change: Partial<RunOptions>): void {
  options.value = { ...options.value, ...change };
  remember(key(), options.value);
}

/** Words apart by blanks; quotes and backslashes keep blanks within one. */
export function splitArguments(line: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  let quote = '';
  for (let at = 0; at < line.length; at += 1) {
    const char = line[at]!;
    if (char === '\\' && quote !== "'" && at + 1 < line.length) word = (word ?? '') + line[(at += 1)]!;
    else if (quote && char === quote) quote = '';
    else if (!quote && (char === '"' || char === "'")) [quote, word] = [char, word ?? ''];
    else if (!quote && /\s/.test(char)) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? '') + char;
  }
  if (word !== null) words.push(word);
  return words;
}
