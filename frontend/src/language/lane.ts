// Questions to the language server.
//
//   what was typed goes out before the question, so that the answer is about what the user sees
//   a newer question in the same lane takes the older back
//   an answer about a text that has changed meanwhile is dropped

import type { RpcClient } from '../rpc/client';
import { RpcError } from '../rpc/errors';
import { ErrorCode } from '../protocol';
import type { Document } from '../workspace/document';
import type { Methods } from './lsp';

type Call = (method: string, params: unknown, options: { signal: AbortSignal; timeoutMs?: number }) => Promise<unknown>;

/** The server has nothing to say, which is nobody's fault. */
const SILENT: readonly number[] = [
  ErrorCode.REQUEST_CANCELLED,
  ErrorCode.CONTENT_MODIFIED,
  ErrorCode.METHOD_NOT_FOUND,
  ErrorCode.SERVER_NOT_INITIALIZED,
];

export class Lane {
  private asked: AbortController | null = null;

  constructor(
    private readonly rpc: Pick<RpcClient, 'call' | 'isReady'>,
    private readonly flush: () => void,
  ) {}

  /** Nobody waits for what was asked last. */
  drop(): void {
    this.asked?.abort();
    this.asked = null;
  }

  /** The answer, which may be null; undefined: none came, or it came too late. Fails only with a sentence of the server. */
  async ask<M extends keyof Methods>(
    method: M,
    params: Methods[M]['params'],
    doc: Document | null = null,
    timeoutMs?: number,
  ): Promise<Methods[M]['result'] | null | undefined> {
    this.drop();
    if (!this.rpc.isReady) return undefined;
    const asked = (this.asked = new AbortController());
    this.flush();
    const version = doc?.version;
    try {
      const call = this.rpc.call.bind(this.rpc) as unknown as Call;
      const result = await call(method, params, { signal: asked.signal, ...(timeoutMs ? { timeoutMs } : {}) });
      if (asked.signal.aborted || (doc && (doc.version !== version || doc.hasUnsent))) return undefined;
      return result;
    } catch (error) {
      if (error instanceof RpcError && !SILENT.includes(error.code)) throw error;
      return undefined;
    } finally {
      if (this.asked === asked) this.asked = null;
    }
  }

  /** The same for what nobody asked for: a fault is no answer. */
  async wonder<M extends keyof Methods>(
    method: M,
    params: Methods[M]['params'],
    doc: Document | null = null,
  ): Promise<Methods[M]['result'] | null | undefined> {
    try {
      return await this.ask(method, params, doc);
    } catch {
      return undefined;
    }
  }
}
