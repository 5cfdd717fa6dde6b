import { effect, type Signal, signal } from '@preact/signals';
import { recall, remember } from '../lib/storage';

/** A setting that this browser remembers once its user changed it. */
function setting<T>(key: string, fallback: T): Signal<T> {
  const chosen = signal(recall(key, fallback));
  let isFirst = true;
  effect(() => {
    const value = chosen.value;
    if (!isFirst) remember(key, value);
    isFirst = false;
  });
  return chosen;
}

const isNarrow = matchMedia('(max-width: 700px)').matches;

/** Blanks of one indentation step. */
export const indent = setting<2 | 4>('indent', 2);
export const ligatures = setting('ligatures', false);
/** A phone shows half a line else. */
export const wrapLines = setting('wrap', isNarrow);
/** Inferred types shown between the words. */
export const inlayHints = setting('inlay-hints', true);
/** Everything is saved by itself; the key that saves can format, too. */
export const formatOnSave = setting('format-on-save', false);

effect(() => {
  document.documentElement.classList.toggle('ligatures', ligatures.value);
});
