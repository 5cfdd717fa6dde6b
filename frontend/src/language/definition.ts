// From a name to where it is defined: F12, or a click with Ctrl (⌘). Of a package's name that is its documentation.

import { EditorView } from '@codemirror/view';
import { isMac } from '../lib/platform';
import { goTo } from '../editor/view';
import { openAbout } from '../hoogle/state';
import { toast } from '../shell/toasts';
import { pathOf } from '../workspace/diagnostics';
import type { Document } from '../workspace/document';
import { active } from '../workspace/opened';
import { files } from '../workspace/store';
import { locationsOf } from './answers';
import { at, can, lane } from './server';

const question = lane();
const NO_NAME = 'Put the cursor on a name to go to its definition.';
const NOWHERE = 'Neither this workspace nor the index of the packages has its definition.';
let calls = 0;

export async function goToDefinition(view: EditorView, offset = view.state.selection.main.head): Promise<void> {
  const doc = active.peek();
  if (!doc || !can('definitionProvider')) return;
  const call = ++calls;
  try {
    const where = at(doc, view.state, offset);
    const found = await question.ask('textDocument/definition', where, doc);
    const { version } = doc;
    const place = locationsOf(found).find((each) => files.peek().has(pathOf(each.uri)));
    const about = found && !place ? await question.ask('haskell/documentation', where, doc) : null;
    if (place) await goTo(place);
    else if (about) openAbout(about);
    else if (found !== undefined && isStill(call, doc, version)) toast(view.state.wordAt(offset) ? NOWHERE : NO_NAME);
  } catch (error) {
    toast((error as Error).message, 'bad');
  }
}

/** Neither asked anew nor typed on: an answer that came too late is none. */
const isStill = (call: number, doc: Document, version: number) =>
  call === calls && doc.version === version && !doc.hasUnsent;

const withMod = (event: MouseEvent | KeyboardEvent) => (isMac ? event.metaKey : event.ctrlKey);

/** While the key is held, names look like links. */
const looks = EditorView.domEventHandlers({
  mousemove: (event, view) => void view.dom.classList.toggle('follows', withMod(event) && can('definitionProvider')),
  mouseleave: (_event, view) => view.dom.classList.remove('follows'),
});

export const definition = [
  looks,
  EditorView.domEventHandlers({
    mousedown(event, view) {
      if (event.button !== 0 || !withMod(event) || !can('definitionProvider')) return false;
      const offset = view.posAtCoords({ x: event.clientX, y: event.clientY });
      if (offset === null) return false;
      event.preventDefault();
      void goToDefinition(view, offset);
      return true;
    },
  }),
];
