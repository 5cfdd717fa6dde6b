// Calls back when the editor has rested a moment: what follows the cursor or the text need not follow every key.

import { type EditorView, ViewPlugin, type ViewUpdate } from '@codemirror/view';

/** Once at first, and a moment after the last update that matters; `later` on the plugin has it called again. */
export function afterRest(
  ms: number,
  rested: (view: EditorView) => void,
  matters: (update: ViewUpdate) => boolean,
) {
  return ViewPlugin.fromClass(
    class {
      private timer: ReturnType<typeof setTimeout> | undefined;

      constructor(private readonly view: EditorView) {
        this.later();
      }

      update(update: ViewUpdate): void {
        if (matters(update)) this.later();
      }

      destroy(): void {
        clearTimeout(this.timer);
      }

      later(): void {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => rested(this.view), ms);
      }
    },
  );
}

/** The cursor has rested. */
export const whenResting = (ms: number, rested: (view: EditorView) => void) =>
  afterRest(ms, rested, (update) => update.docChanged || update.selectionSet);
