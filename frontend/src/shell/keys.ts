// Which key presses are the page's.

import { isKey } from '../lib/platform';
import { type Action, actions, isAvailable } from './actions';

const isField = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
const inEditor = (target: EventTarget | null) => target instanceof HTMLElement && target.closest('.cm-editor') !== null;
const inTerminal = (target: EventTarget | null) => target instanceof HTMLElement && target.closest('.xterm') !== null;

function actionOf(event: KeyboardEvent): Action | undefined {
  return actions.find((action) => {
    if (action.keys === undefined || !isKey(event, action.keys) || !isAvailable(action)) return false;
    if (action.inEditor && !inEditor(event.target)) return false;
    if (inTerminal(event.target)) return action.everywhere ?? false;
    return action.keys.includes('-') || /^F\d+$/.test(action.keys) || !isField(event.target);
  });
}

export const isPageKey = (event: KeyboardEvent) => actionOf(event) !== undefined;

/** Listens before the editor does, so that its own bindings do not take a key of the page. */
export function listen(): void {
  addEventListener(
    'keydown',
    (event) => {
      const action = actionOf(event);
      if (!action) return;
      event.preventDefault();
      event.stopPropagation();
      action.run();
    },
    { capture: true },
  );
}
