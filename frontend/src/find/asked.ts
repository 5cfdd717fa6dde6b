// Finding in all files was asked for, perhaps with a text to begin with.

import { signal } from '@preact/signals';
import { editorView } from '../editor/view';
import { showTab } from '../shell/layout';
import { offered, query } from './everywhere';

/** Counts up each time. */
export const asked = signal(0);

function chosenText(): string {
  const view = editorView();
  if (!view) return '';
  const { main } = view.state.selection;
  const text = view.state.sliceDoc(main.from, main.to);
  return text.length < 200 && !text.includes('\n') ? text : '';
}

export function findEverywhere(text = chosenText()): void {
  if (text) query.value = { ...query.peek(), text, regexp: false };
  offered.value = true;
  showTab('find');
  asked.value += 1;
}

export function focusAsked(field: HTMLInputElement): void {
  field.focus();
  field.select();
}
