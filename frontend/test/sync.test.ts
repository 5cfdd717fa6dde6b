import { EditorState } from '@codemirror/state';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DidChange, DidOpen } from '../src/protocol';
import { Document } from '../src/workspace/document';
import { Sync } from '../src/workspace/sync';

class Server {
  isReady = true;
  said: { method: string; params: unknown }[] = [];
  text = '';
  notify(method: string, params: unknown): boolean {
    this.said.push({ method, params });
    if (method === 'textDocument/didOpen') this.text = (params as DidOpen).textDocument.text;
    if (method === 'textDocument/didChange') for (const change of (params as DidChange).contentChanges) this.apply(change);
    return true;
  }
  private apply({ text, range }: DidChange['contentChanges'][number]): void {
    if (!range) {
      this.text = text;
      return;
    }
    const ends = [...this.text.matchAll(/\r\n|\n/g)].map((end) => end.index + end[0].length);
    const offset = (place: { line: number; character: number }) => (place.line ? ends[place.line - 1]! : 0) + place.character;
    this.text = this.text.slice(0, offset(range.start)) + text + this.text.slice(offset(range.end));
  }
}

let server: Server;
let sync: Sync;
let doc: Document;

function type(from: number, to: number, insert: string): void {
  const change = EditorState.create({ doc: doc.text }).update({ changes: { from, to, insert } });
  doc.change(change.changes, change.newDoc);
  sync.changed(doc);
}

beforeEach(() => {
  vi.useFakeTimers();
  server = new Server();
  sync = new Sync(server);
  doc = new Document('Main.hs', 'main = print 1\n', '"e"');
});
afterEach(() => vi.useRealTimers());

describe('the server’s text', () => {
  it('is the editor’s, whatever was typed', () => {
    sync.opened(doc);
    for (let n = 0; n < 50; n += 1) {
      type(n % (doc.text.length + 1), Math.min(doc.text.length, (n % (doc.text.length + 1)) + (n % 3)), n % 7 ? 'λ' : 'a\nb');
      vi.advanceTimersByTime(n % 50);
    }
    vi.advanceTimersByTime(1000);
    expect(server.text).toBe(doc.toString());
  });

  it('keeps its line ends', () => {
    doc = new Document('Main.hs', 'a\r\nb\r\n', '"e"');
    sync.opened(doc);
    expect(server.text).toBe('a\r\nb\r\n');
    type(1, 1, '\nnew');
    vi.advanceTimersByTime(100);
    expect(server.text).toBe('a\r\nnew\r\nb\r\n');
    expect(doc.toString()).toBe(server.text);
  });

  it('that nobody typed in is sent as it came, mixed line ends and all', () => {
    doc = new Document('Main.hs', 'a\r\nb\nc\r', '"e"');
    sync.opened(doc);
    expect(server.text).toBe('a\r\nb\nc\r');
  });

  it('can be replaced whole', () => {
    sync.opened(doc);
    doc.replace('other\n');
    sync.replaced(doc);
    expect(server.text).toBe('other\n');
    type(0, 0, 'an');
    expect(server.text).toBe('another\n');
  });
});

it('sends the first change at once and those that follow together', () => {
  sync.opened(doc);
  type(0, 0, 'a');
  expect(server.text.startsWith('a')).toBe(true);
  type(1, 1, 'b');
  type(2, 2, 'c');
  expect(server.said.length).toBe(2);
  vi.advanceTimersByTime(40);
  expect(server.said.length).toBe(3);
  expect(server.text.startsWith('abc')).toBe(true);
});

it('raises the version with each message', () => {
  sync.opened(doc);
  type(0, 0, 'a');
  vi.advanceTimersByTime(50);
  type(0, 0, 'b');
  const versions = server.said.map(({ params }) => (params as DidChange).textDocument.version);
  expect(versions).toEqual([2, 3, 4]);
});

it('says nothing without a connection, and everything once there is one', () => {
  server.isReady = false;
  sync.opened(doc);
  type(0, 0, '-- offline\n');
  vi.advanceTimersByTime(100);
  expect(server.said).toEqual([]);
  server.isReady = true;
  sync.opened(doc);
  expect(server.text).toBe('-- offline\nmain = print 1\n');
});

it('sends what still waits before it closes a file', () => {
  sync.opened(doc);
  type(0, 0, 'a');
  type(0, 0, 'b');
  sync.closed(doc);
  expect(server.text.startsWith('ba')).toBe(true);
  expect(server.said.at(-1)!.method).toBe('textDocument/didClose');
});
