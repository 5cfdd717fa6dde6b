import { effect, signal } from '@preact/signals';
import { recall, remember } from '../lib/storage';

/** Blanks of one indentation step. */
export const indent = signal<2 | 4>(recall<2 | 4>('indent', 2));
export const ligatures = signal(recall('ligatures', false));
export const wrapLines = signal(recall('wrap', false));
/** Inferred types shown between the words. */
export const inlayHints = signal(recall('inlay-hints', true));
/** Everything is saved by itself; the key that saves can format, too. */
export const formatOnSave = signal(recall('format-on-save', false));

effect(() => remember('indent', indent.value));
effect(() => {
  remember('ligatures', ligatures.value);
  document.documentElement.classList.toggle('ligatures', ligatures.value);
});
effect(() => remember('wrap', wrapLines.value));
effect(() => remember('inlay-hints', inlayHints.value));
effect(() => remember('format-on-save', formatOnSave.value));
