// Keeps the server's view of the open files up to date: the first change at once, then at most 25 messages a second.

import type { RpcClient } from '../rpc/client';
import { contentChanges } from './changes';
import { uriOf } from './diagnostics';
import type { Document } from './document';

const PAUSE_MS = 40;

export class Sync {
  private readonly timers = new Map<Document, ReturnType<typeof setTimeout>>();

  constructor(private readonly rpc: Pick<RpcClient, 'isReady' | 'notify'>) {}

  /** Tells the whole text, as on a new connection. */
  opened(doc: Document): void {
    doc.takeUnsent();
    if (!this.rpc.isReady) return;
    this.rpc.notify('textDocument/didOpen', {
      textDocument: {
        uri: uriOf(doc.path),
        languageId: doc.path.endsWith('.hs') ? 'haskell' : 'plaintext',
        version: doc.version,
        text: doc.toString(),
      },
    });
  }

  /** The document, open already, has another text. */
  replaced(doc: Document): void {
    this.tell(doc, [{ text: doc.toString() }]);
  }

  changed(doc: Document): void {
    if (this.timers.has(doc)) return;
    this.send(doc);
    this.timers.set(
      doc,
      setTimeout(() => {
        this.timers.delete(doc);
        if (doc.hasUnsent) this.changed(doc);
      }, PAUSE_MS),
    );
  }

  /** Sends what still waits. */
  flush(docs: Iterable<Document>): void {
    for (const doc of docs) this.send(doc);
  }

  closed(doc: Document): void {
    this.send(doc);
    clearTimeout(this.timers.get(doc));
    this.timers.delete(doc);
    if (this.rpc.isReady) this.rpc.notify('textDocument/didClose', { textDocument: { uri: uriOf(doc.path) } });
  }

  private send(doc: Document): void {
    const unsent = this.rpc.isReady ? doc.takeUnsent() : null;
    if (!unsent) return;
    const changes = contentChanges(unsent.before, unsent.changes);
    this.tell(doc, changes.map((change) => ({ ...change, text: doc.withLineEnds(change.text) })));
  }

  private tell(doc: Document, contentChanges: { text: string }[]): void {
    if (!this.rpc.isReady) return;
    this.rpc.notify('textDocument/didChange', {
      textDocument: { uri: uriOf(doc.path), version: doc.version },
      contentChanges,
    });
  }
}
