// Typing over a selection, done by us: the browser's own way copies styles into style attributes, which our content
// security policy refuses with a complaint.

import { EditorView } from '@codemirror/view';

const isAndroid = navigator.userAgent.includes('Android');

export const replaceSelected = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { main, ranges } = view.state.selection;
    const text = event.inputType === 'insertText' ? event.data : null;
    if (text === null || view.state.readOnly || main.empty || ranges.length > 1 || view.composing || event.isComposing || isAndroid) return false;
    const insert = () =>
      view.state.update(view.state.replaceSelection(text), { userEvent: 'input.type', scrollIntoView: true });
    const taken = view.state.facet(EditorView.inputHandler).some((handle) => handle(view, main.from, main.to, text, insert));
    if (!taken) view.dispatch(insert());
    event.preventDefault();
    return true;
  },
});
