import { effect, signal } from '@preact/signals';
import { recall, remember } from '../lib/storage';

/** Blanks of one indentation step. */
export const indent = signal<2 | 4>(recall<2 | 4>('indent', 2));
export const ligatures = signal(recall('ligatures', false));
export const wrapLines = signal(recall('wrap', false));

effect(() => remember('indent', indent.value));
effect(() => {
  remember('ligatures', ligatures.value);
  document.documentElement.classList.toggle('ligatures', ligatures.value);
});
effect(() => remember('wrap', wrapLines.value));
