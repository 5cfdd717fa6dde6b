// The REPL follows the editor: after a save GHCi is told to reload, as soon as it waits with an empty line.

import { signal } from '@preact/signals';
import { isLive } from '../runs/progress';
import { sendInput, shown } from '../runs/store';
import { lastTyped } from '../workspace/saving';
import type { Screen } from './xterm';

/** How often somebody asked for the REPL: it then has the keyboard. */
export const called = signal(0);

let screen: Screen | null = null;
let wanted = false;
let loadedAt = Date.now();

export function followEditor(opened: Screen | null): void {
  screen = opened;
  wanted = false;
  loadedAt = Date.now();
}

/** Something was printed, or a save wants it: reload if this is the moment. */
export function reloadIfReady(): void {
  const run = shown.repl.peek();
  if (!wanted || !run || !isLive(run.progress.peek()) || !screen?.atPrompt()) return;
  wanted = false;
  loadedAt = Date.now();
  sendInput(run, ':reload\r');
}

/** The text was saved, or somebody comes back to the REPL: what was typed since the last load is loaded. */
export function reloadRepl(): void {
  if (lastTyped.at <= loadedAt) return;
  wanted = true;
  reloadIfReady();
}
