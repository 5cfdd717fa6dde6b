// Which parts of the page are in view and how wide they are.

import { effect, signal } from '@preact/signals';
import { recall, remember } from '../lib/storage';

export type Tab =
  | 'output'
  | 'terminal'
  | 'problems'
  | 'repl'
  | 'references'
  | 'find'
  | 'insight'
  | 'hoogle'
  | 'matrix'
  | 'views'
  | 'debug';
/** Those that have nothing to show after a reload. */
const passing: readonly Tab[] = [
  'references',
  'find',
  'insight',
  'hoogle',
  'matrix',
  'views',
  'debug',
];
/** Of the narrow page, which shows one part at a time. */
export type Part = 'files' | 'code' | 'output';

const kept = recall<Tab>('tab', 'output', 'session');
export const tab = signal<Tab>(passing.includes(kept) ? 'output' : kept);
/** Panes that were looked at: they stay in the page, so that a terminal keeps what it shows. */
export const visited = signal<ReadonlySet<Tab>>(new Set());
export const part = signal<Part>('code');
export const filesWidth = signal(recall('files-width', 212));
export const panelWidth = signal(recall('panel-width', 0));
export const filesShown = signal(recall('files-shown', true));
export const outlineShown = signal(recall('outline-shown', true));

effect(() => {
  remember('tab', tab.value, 'session');
  visited.value = new Set(visited.peek()).add(tab.value);
});
effect(() => remember('files-width', filesWidth.value));
effect(() => remember('panel-width', panelWidth.value));
effect(() => remember('files-shown', filesShown.value));
effect(() => remember('outline-shown', outlineShown.value));

export function showTab(name: Tab): void {
  tab.value = name;
  part.value = 'output';
}
