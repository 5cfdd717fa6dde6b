// Calls back when the cursor has rested a moment: what follows it need not follow every key.

import { type EditorView, ViewPlugin, type ViewUpdate } from '@codemirror/view';

export function whenResting(ms: number, rested: (view: EditorView) => void, moved?: (update: ViewUpdate) => void) {
  return ViewPlugin.fromClass(
    class {
      private timer: ReturnType<typeof setTimeout> | undefined;

      constructor(private readonly view: EditorView) {
        this.wait();
      }

      update(update: ViewUpdate): void {
        if (!update.docChanged && !update.selectionSet) return;
        moved?.(update);
        this.wait();
      }

      destroy(): void {
        clearTimeout(this.timer);
      }

      private wait(): void {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => rested(this.view), ms);
      }
    },
  );
}
