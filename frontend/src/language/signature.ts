// The type of the function whose arguments are being typed, the present argument in bold.

import { StateEffect, StateField } from '@codemirror/state';
import { type EditorView, keymap, showTooltip, type Tooltip } from '@codemirror/view';
import { active } from '../workspace/opened';
import { parameterSpan } from './answers';
import type { SignatureHelp } from './lsp';
import { blocksOf } from './markdown';
import { docBox, element } from './markup';
import { whenResting } from './resting';
import { at, can, lane } from './server';

const question = lane();
const show = StateEffect.define<Tooltip | null>();

const shown = StateField.define<Tooltip | null>({
  create: () => null,
  update(value, transaction) {
    for (const effect of transaction.effects) if (effect.is(show)) return effect.value;
    return value && transaction.docChanged ? { ...value, pos: transaction.changes.mapPos(value.pos) } : value;
  },
  provide: (field) => showTooltip.from(field),
});

function box(help: SignatureHelp): HTMLElement | null {
  const signature = help.signatures[help.activeSignature ?? 0];
  if (!signature) return null;
  const [from, to] = parameterSpan(signature, help.activeParameter) ?? [0, 0];
  const { label } = signature;
  const code = element('code', '', label.slice(0, from), element('b', '', label.slice(from, to)), label.slice(to));
  const documentation = signature.documentation;
  const found = docBox(blocksOf(typeof documentation === 'string' ? { kind: 'plaintext', value: documentation } : documentation), 'signature');
  found.prepend(element('pre', '', code));
  return found;
}

/** The last key in this text wrote something, and nothing was told of it yet. */
export const typed = StateField.define<boolean>({
  create: () => false,
  update(value, transaction) {
    if (transaction.effects.some((effect) => effect.is(show) && effect.value)) return false;
    return transaction.docChanged || transaction.selection ? transaction.isUserEvent('input.type') : value;
  },
});

async function look(view: EditorView): Promise<void> {
  const doc = active.peek();
  const open = view.state.field(shown) !== null;
  if (!doc || !can('signatureHelpProvider') || (!open && !view.state.field(typed))) return;
  const head = view.state.selection.main.head;
  const help = await question.wonder('textDocument/signatureHelp', at(doc, view.state, head), doc);
  if (active.peek() !== doc) return;
  const dom = help && view.hasFocus ? box(help) : null;
  if (dom) view.dispatch({ effects: show.of({ pos: head, above: true, create: () => ({ dom }) }) });
  else if (open) view.dispatch({ effects: show.of(null) });
}

const hide = (view: EditorView): boolean => {
  if (view.state.field(shown) === null) return false;
  view.dispatch({ effects: show.of(null) });
  return true;
};

const follows = whenResting(200, (view) => void look(view));

export const signature = [shown, typed, follows, keymap.of([{ key: 'Escape', run: hide }])];

/** GHC has looked at the text anew: an argument that it had not seen yet can be told now. */
export const signatureLater = (view: EditorView) => view.plugin(follows)?.later();
