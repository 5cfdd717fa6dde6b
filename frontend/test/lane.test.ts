import { ChangeSet, Text } from '@codemirror/state';
import { beforeEach, expect, it } from 'vitest';
import { Lane } from '../src/language/lane';
import { Cancelled, RpcError } from '../src/rpc/errors';
import { Document } from '../src/workspace/document';

interface Asked {
  method: string;
  params: unknown;
  signal: AbortSignal;
  resolve: (result: unknown) => void;
  reject: (error: Error) => void;
}

const WHERE = { textDocument: { uri: 'file:///work/Main.hs' }, position: { line: 0, character: 0 } };
let asked: Asked[];
let order: string[];
let rpc: { isReady: boolean; call: never };
let lane: Lane;
let doc: Document;

beforeEach(() => {
  asked = [];
  order = [];
  doc = new Document('Main.hs', 'main = pure ()\n', '');
  const call = (method: string, params: unknown, { signal }: { signal: AbortSignal }) => {
    order.push('call');
    return new Promise((resolve, reject) => {
      asked.push({ method, params, signal, resolve, reject });
      signal.addEventListener('abort', () => reject(new Cancelled()));
    });
  };
  rpc = { isReady: true, call: call as never };
  lane = new Lane(rpc, () => order.push('flush'));
});

it('sends what was typed before it asks', () => {
  void lane.ask('textDocument/hover', WHERE);
  expect(order).toEqual(['flush', 'call']);
  expect(asked[0]).toMatchObject({ method: 'textDocument/hover', params: WHERE });
});

it('takes the older question back when there is a newer one', async () => {
  const first = lane.ask('textDocument/hover', WHERE);
  const second = lane.ask('textDocument/hover', WHERE);
  expect(asked[0]!.signal.aborted).toBe(true);
  asked[1]!.resolve({ contents: 'newer' });
  expect(await first).toBeUndefined();
  expect(await second).toEqual({ contents: 'newer' });
});

it('drops an answer about a text that has changed meanwhile', async () => {
  const answer = lane.ask('textDocument/hover', WHERE, doc);
  doc.change(ChangeSet.of({ from: 0, insert: 'x' }, doc.text.length), Text.of(['xmain = pure ()', '']));
  asked[0]!.resolve({ contents: 'old' });
  expect(await answer).toBeUndefined();
});

it('hands over an answer about the text as it is', async () => {
  const answer = lane.ask('textDocument/hover', WHERE, doc);
  asked[0]!.resolve({ contents: 'now' });
  expect(await answer).toEqual({ contents: 'now' });
});

it.each([-32800, -32801, -32601, -32002])('has no answer, and no fault, when the server says %i', async (code) => {
  const answer = lane.ask('textDocument/hover', WHERE);
  asked[0]!.reject(new RpcError(code, 'no'));
  expect(await answer).toBeUndefined();
});

it('fails with the sentence of the server, but not where nobody asked for it', async () => {
  const wanted = lane.ask('textDocument/formatting', { textDocument: WHERE.textDocument, options: { tabSize: 2, insertSpaces: true } });
  asked[0]!.reject(new RpcError(-32803, 'The file does not parse.'));
  await expect(wanted).rejects.toThrow('The file does not parse.');
  const unwanted = lane.wonder('textDocument/hover', WHERE);
  asked[1]!.reject(new RpcError(-32803, 'no'));
  expect(await unwanted).toBeUndefined();
});

it('asks nothing without a connection', async () => {
  rpc.isReady = false;
  expect(await lane.ask('textDocument/hover', WHERE)).toBeUndefined();
  expect(asked).toEqual([]);
});
