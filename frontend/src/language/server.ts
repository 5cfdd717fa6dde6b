// What the language server of this workspace can do, and how it is asked.

import type { EditorState } from '@codemirror/state';
import { uriOf } from '../workspace/diagnostics';
import type { Document } from '../workspace/document';
import { toPosition } from '../workspace/changes';
import { flushDocuments } from '../workspace/saving';
import { rpc } from '../workspace/session';
import { capabilities } from '../workspace/store';
import { Lane } from './lane';
import type { Position } from './lsp';

export const lane = () => new Lane(rpc, flushDocuments);

/** Whether the server announced it; what is not announced is not shown. */
export const can = (provider: string) => !!capabilities.value[provider];

/** An option that the server announced with a capability. */
export function option(provider: string, name: string): unknown {
  const announced = capabilities.peek()[provider];
  return typeof announced === 'object' && announced !== null ? (announced as Record<string, unknown>)[name] : undefined;
}

export const inDocument = (doc: Document) => ({ textDocument: { uri: uriOf(doc.path) } });

export function at(doc: Document, state: EditorState, offset: number): { textDocument: { uri: string }; position: Position } {
  return { ...inDocument(doc), position: toPosition(state.doc, offset) };
}

