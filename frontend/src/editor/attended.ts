// Whether somebody works in the editor, so that nothing takes the keyboard away from there.

import { EditorView } from '@codemirror/view';

/** When the last key or click was in the code, in milliseconds of this browser's clock. */
let attendedAt = 0;

const note = () => {
  attendedAt = Date.now();
};

export const attention = EditorView.domEventObservers({ keydown: note, beforeinput: note, mousedown: note, touchstart: note });

/** Neither was anything done in the code since that moment, nor is the keyboard in a field, a menu or a terminal. */
export function keyboardIsFree(since: number): boolean {
  const at = document.activeElement;
  const isInCode = at?.closest('.cm-content') != null;
  const isElsewhere = !isInCode && at?.closest('input, textarea, select, dialog, .menu-body, .fix-menu, .xterm') != null;
  return attendedAt <= since && !isElsewhere; // the key that asks may come within the same millisecond
}
