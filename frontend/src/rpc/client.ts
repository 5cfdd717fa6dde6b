// JSON-RPC 2.0 over one WebSocket that comes back by itself.
//
//   call()    waits for a connection if there is none. A call whose answer was lost with the connection is sent
//             again only if it is `repeatable`, since nobody knows whether the first one was followed.
//   notify()  is dropped while there is no connection: whoever sends state sends it whole in `onReady`.
//   greet()   runs first on each new connection; calls that wait go out after it.

import { backoff } from '../lib/backoff';
import { encodeJson } from '../lib/json';
import { type ClientNotifications, CloseCode, type Requests, type ServerNotifications } from '../protocol';
import { CallTimeout, Cancelled, ConnectionLost, RpcError } from './errors';

export type Link =
  | { state: 'connecting' }
  | { state: 'open' }
  | { state: 'offline'; retryAt: number }
  | { state: 'closed'; code: number };

export interface Socket {
  send(text: string): void;
  close(): void;
  onopen: (() => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
}

interface Pending {
  method: string;
  text: string;
  repeatable: boolean;
  sent: boolean;
  timer: ReturnType<typeof setTimeout>;
  resolve: (result: unknown) => void;
  reject: (error: Error) => void;
}

interface CallOptions {
  timeoutMs?: number;
  repeatable?: boolean;
  /** Part of `greet()`: does not wait for it. */
  greeting?: boolean;
  /** Aborted: nobody waits for the answer any more, and the server is told. */
  signal?: AbortSignal;
}

interface Incoming {
  id?: number | string | null;
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: { code: number; message: string; data?: unknown };
}

/** Trying again by itself does not help. */
const FINAL_CODES: readonly number[] = [CloseCode.LOGIN_EXPIRED, CloseCode.NO_SUCH_WORKSPACE, CloseCode.TOO_MANY_SOCKETS];

export class RpcClient {
  onLink: (link: Link) => void = () => undefined;
  greet: () => Promise<void> = () => Promise.resolve();
  onReady: () => void = () => undefined;
  private readonly handlers = new Map<string, (params: never) => void>();
  private readonly pending = new Map<number, Pending>();
  private socket: Socket | null = null;
  private open = false;
  private ready = false;
  private attempt = 0;
  private nextId = 1;
  private retry: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly connect: () => Socket) {}

  start(): void {
    this.onLink({ state: 'connecting' });
    const socket = this.connect();
    this.socket = socket;
    socket.onopen = () => void this.opened(socket);
    socket.onmessage = (event) => this.received(event.data);
    socket.onclose = (event) => this.closed(socket, event.code);
  }

  /** Tries at once instead of waiting for the next turn. */
  retryNow(): void {
    if (this.socket) return;
    clearTimeout(this.retry);
    this.start();
  }

  get isReady(): boolean {
    return this.ready;
  }

  on<M extends keyof ServerNotifications>(method: M, handler: (params: ServerNotifications[M]) => void): void {
    this.handlers.set(method, handler);
  }

  notify<M extends keyof ClientNotifications>(method: M, params: ClientNotifications[M]): boolean {
    if (!this.open) return false;
    this.socket?.send(encodeJson({ jsonrpc: '2.0', method, params }));
    return true;
  }

  call<M extends keyof Requests>(
    method: M,
    params: Requests[M]['params'],
    options: CallOptions = {},
  ): Promise<Requests[M]['result']> {
    const id = this.nextId++;
    const text = encodeJson({ jsonrpc: '2.0', id, method, params });
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.settle(id)?.reject(new CallTimeout(method)), options.timeoutMs ?? 30_000);
      const pending: Pending = {
        method,
        text,
        repeatable: options.repeatable ?? false,
        sent: false,
        timer,
        resolve: resolve as (result: unknown) => void,
        reject,
      };
      this.pending.set(id, pending);
      options.signal?.addEventListener('abort', () => this.cancel(id), { once: true });
      if (this.ready || (options.greeting && this.open)) this.transmit(pending);
    });
  }

  private transmit(pending: Pending): void {
    pending.sent = true;
    this.socket?.send(pending.text);
  }

  private cancel(id: number): void {
    const pending = this.settle(id);
    if (!pending) return;
    if (pending.sent) this.notify('$/cancelRequest', { id });
    pending.reject(new Cancelled());
  }

  private settle(id: number): Pending | undefined {
    const pending = this.pending.get(id);
    if (!pending) return undefined;
    clearTimeout(pending.timer);
    this.pending.delete(id);
    return pending;
  }

  private async opened(socket: Socket): Promise<void> {
    this.open = true;
    try {
      await this.greet();
    } catch {
      socket.close();
      return;
    }
    if (this.socket !== socket) return;
    this.ready = true;
    this.attempt = 0;
    this.onLink({ state: 'open' });
    this.onReady();
    for (const pending of this.pending.values()) if (!pending.sent) this.transmit(pending);
  }

  private closed(socket: Socket, code: number): void {
    if (this.socket !== socket) return;
    this.socket = null;
    this.open = false;
    this.ready = false;
    this.forgetSent();
    if (FINAL_CODES.includes(code)) {
      this.onLink({ state: 'closed', code });
      return;
    }
    if (code === CloseCode.FLOOD) this.attempt = Math.max(this.attempt, 4);
    const wait = backoff(this.attempt++);
    this.onLink({ state: 'offline', retryAt: Date.now() + wait });
    this.retry = setTimeout(() => this.start(), wait);
  }

  private forgetSent(): void {
    for (const [id, pending] of [...this.pending]) {
      if (!pending.sent) continue;
      if (pending.repeatable) pending.sent = false;
      else this.settle(id)?.reject(new ConnectionLost());
    }
  }

  private received(data: unknown): void {
    if (typeof data !== 'string') return;
    let message: Incoming;
    try {
      message = JSON.parse(data) as Incoming;
    } catch {
      return;
    }
    if (message.method !== undefined) this.handlers.get(message.method)?.(message.params as never);
    else if (typeof message.id === 'number') this.answered(message.id, message);
  }

  private answered(id: number, message: Incoming): void {
    const pending = this.settle(id);
    if (!pending) return;
    const { error } = message;
    if (error) pending.reject(new RpcError(error.code, error.message, error.data));
    else pending.resolve(message.result);
  }
}
