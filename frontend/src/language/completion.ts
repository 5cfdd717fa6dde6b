// Names to complete what is typed, with their types; documentation beside the one that is chosen.

import {
  acceptCompletion, autocompletion, type Completion, type CompletionContext, type CompletionInfo, type CompletionResult,
  insertCompletionText, pickedCompletion, snippet,
} from '@codemirror/autocomplete';
import { Prec } from '@codemirror/state';
import { type EditorView, keymap } from '@codemirror/view';
import { LETTER, NAME, SYMBOL } from '../lib/names';
import { toOffset } from '../workspace/changes';
import { active } from '../workspace/opened';
import { applyEdits } from './edits';
import type { CompletionItem } from './lsp';
import { blocksOf } from './markdown';
import { docBox, element, haskellCode } from './markup';
import { at, can, lane, option } from './server';
import { editorSnippet } from './snippet';

const TYPES: Record<number, string> = {
  2: 'function', 3: 'function', 4: 'constructor', 5: 'property', 6: 'variable', 7: 'class', 8: 'class', 9: 'namespace',
  10: 'property', 12: 'variable', 13: 'type', 14: 'keyword', 15: 'text', 20: 'constructor', 21: 'constant', 22: 'type', 25: 'type',
};
const SNIPPET = 2;
const WORD = new RegExp(`${NAME}$`, 'u');
const REST_OF_WORD = new RegExp(`^${LETTER}*$`, 'u');
const REST_OF_OPERATOR = new RegExp(`^${SYMBOL}*$`, 'u');

const question = lane();
const detail = lane();

/** The whole item, where the server keeps the rest of it until asked. */
async function resolved(item: CompletionItem): Promise<CompletionItem> {
  if (!option('completionProvider', 'resolveProvider')) return item;
  return { ...item, ...((await detail.wonder('completionItem/resolve', item)) ?? {}) };
}

async function info(item: CompletionItem): Promise<CompletionInfo> {
  const whole = await resolved(item);
  const blocks = blocksOf(typeof whole.documentation === 'string' ? { kind: 'plaintext', value: whole.documentation } : whole.documentation);
  if (blocks.length > 0) return docBox(blocks);
  return whole.detail ? element('div', 'doc', element('pre', '', haskellCode(whole.detail))) : null;
}

function put(item: CompletionItem) {
  return (view: EditorView, completion: Completion, from: number, to: number): void => {
    const text = item.textEdit?.newText ?? item.insertText ?? item.label;
    if (item.insertTextFormat === SNIPPET) snippet(editorSnippet(text))(view, completion, from, to);
    else view.dispatch({ ...insertCompletionText(view.state, text, from, to), annotations: pickedCompletion.of(completion) });
    void addRest(item);
  };
}

/** What comes with the name: its import, as a rule. */
async function addRest(item: CompletionItem): Promise<void> {
  const doc = active.peek();
  const edits = item.additionalTextEdits ?? (item.data ? (await resolved(item)).additionalTextEdits : null);
  // An import stands above the cursor, so the word that was just put in has not moved it.
  if (doc && edits && active.peek() === doc) applyEdits(doc, edits);
}

function optionOf(item: CompletionItem): Completion {
  const type = TYPES[item.kind ?? 0];
  const beside = item.labelDetails?.detail ?? item.detail ?? item.labelDetails?.description ?? '';
  const boost = item.sortText ? { sortText: item.sortText } : {};
  return {
    label: item.filterText ?? item.label,
    displayLabel: item.label,
    ...boost,
    ...(type ? { type } : {}),
    ...(beside ? { detail: beside.replace(/\s+/g, ' ') } : {}),
    info: () => info(item),
    apply: put(item),
  };
}

function startOf(context: CompletionContext, items: readonly CompletionItem[]): number {
  const edit = items.find((item) => item.textEdit)?.textEdit;
  if (edit) return Math.min(context.pos, toOffset(context.state.doc, edit.range.start));
  return context.matchBefore(WORD)?.from ?? context.pos;
}

const triggers = () => (option('completionProvider', 'triggerCharacters') as string[] | undefined) ?? [];

async function source(context: CompletionContext): Promise<CompletionResult | null> {
  const doc = active.peek();
  if (!doc || !can('completionProvider')) return null;
  const before = context.state.sliceDoc(Math.max(0, context.pos - 1), context.pos);
  const triggered = triggers().includes(before);
  if (!context.explicit && !triggered && !context.matchBefore(WORD)) return null;
  const asked = triggered && !context.explicit ? { triggerKind: 2, triggerCharacter: before } : { triggerKind: 1 };
  const found = await question.wonder('textDocument/completion', { ...at(doc, context.state, context.pos), context: asked });
  const list = Array.isArray(found) ? { items: found } : (found ?? { items: [] });
  // Never null: after that the editor does not ask for what was typed meanwhile.
  if (list.items.length === 0) return { from: context.pos, options: [] };
  const from = startOf(context, list.items);
  const typed = context.state.sliceDoc(from, context.pos);
  return {
    from,
    options: list.items.map(optionOf),
    ...(list.isIncomplete ? {} : { validFor: REST_OF_WORD.test(typed) ? REST_OF_WORD : REST_OF_OPERATOR }),
  };
}

export const completion = [
  autocompletion({ override: [source], maxRenderedOptions: 60, activateOnTypingDelay: 60, icons: true }),
  Prec.high(keymap.of([{ key: 'Tab', run: acceptCompletion }])),
];
