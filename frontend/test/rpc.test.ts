import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Link, RpcClient, type Socket } from '../src/rpc/client';
import { CallTimeout, Cancelled, ConnectionLost, RpcError } from '../src/rpc/errors';

class FakeSocket implements Socket {
  sent: { id?: number; method: string; params: unknown }[] = [];
  closed = false;
  onopen: Socket['onopen'] = null;
  onclose: Socket['onclose'] = null;
  onmessage: Socket['onmessage'] = null;
  send(text: string): void {
    this.sent.push(JSON.parse(text) as (typeof this.sent)[number]);
  }
  close(): void {
    this.closed = true;
  }
  say(message: object): void {
    this.onmessage?.({ data: JSON.stringify({ jsonrpc: '2.0', ...message }) });
  }
  drop(code = 1006): void {
    this.onclose?.({ code });
  }
}

let sockets: FakeSocket[];
let links: Link['state'][];
let rpc: RpcClient;
const last = () => sockets.at(-1)!;
const settle = () => vi.advanceTimersByTimeAsync(0);

async function connected(): Promise<FakeSocket> {
  rpc.start();
  last().onopen?.();
  await settle();
  return last();
}

beforeEach(() => {
  vi.useFakeTimers();
  sockets = [];
  links = [];
  rpc = new RpcClient(() => {
    sockets.push(new FakeSocket());
    return last();
  });
  rpc.onLink = (link) => links.push(link.state);
});

afterEach(() => vi.useRealTimers());

describe('calls', () => {
  it('resolve with the result of the answer that has their id', async () => {
    const socket = await connected();
    const first = rpc.call('run/list', {});
    const second = rpc.call('run/stop', { runId: 'r' });
    socket.say({ id: socket.sent[1]!.id, result: { second: true } });
    socket.say({ id: socket.sent[0]!.id, result: [] });
    expect(await first).toEqual([]);
    expect(await second).toEqual({ second: true });
  });

  it('are refused with the code, sentence and data of the error', async () => {
    const socket = await connected();
    const call = rpc.call('run/list', {});
    socket.say({ id: socket.sent[0]!.id, error: { code: 1, message: 'Too many runs.', data: { limit: 5 } } });
    await expect(call).rejects.toEqual(new RpcError(1, 'Too many runs.', { limit: 5 }));
  });

  it('time out', async () => {
    await connected();
    const refusal = expect(rpc.call('run/list', {}, { timeoutMs: 500 })).rejects.toBeInstanceOf(CallTimeout);
    await vi.advanceTimersByTimeAsync(501);
    await refusal;
  });

  it('taken back are over, and the server is told if it knows of them', async () => {
    const socket = await connected();
    const asked = new AbortController();
    const refusal = expect(rpc.call('run/list', {}, { signal: asked.signal })).rejects.toBeInstanceOf(Cancelled);
    asked.abort();
    await refusal;
    expect(socket.sent.at(-1)).toMatchObject({ method: '$/cancelRequest', params: { id: socket.sent[0]!.id } });
  });

  it('made without a connection go out once there is one, after the greeting', async () => {
    rpc.greet = async () => {
      await rpc.call('initialize', { capabilities: {} }, { greeting: true });
    };
    rpc.start();
    void rpc.call('run/list', {});
    last().onopen?.();
    await settle();
    expect(last().sent.map((each) => each.method)).toEqual(['initialize']);
    last().say({ id: last().sent[0]!.id, result: {} });
    await settle();
    expect(last().sent.map((each) => each.method)).toEqual(['initialize', 'run/list']);
  });
});

describe('a lost connection', () => {
  it('refuses what was sent and not answered, for nobody knows whether it was followed', async () => {
    const socket = await connected();
    const refusal = expect(rpc.call('run/input', { runId: 'r', text: 'a' })).rejects.toBeInstanceOf(ConnectionLost);
    socket.drop();
    await refusal;
  });

  it('sends a repeatable call again', async () => {
    const socket = await connected();
    const call = rpc.call('run/start', { requestId: 'q', mode: 'interpret' }, { repeatable: true });
    socket.drop();
    await vi.advanceTimersByTimeAsync(400);
    last().onopen?.();
    await settle();
    expect(last()).not.toBe(socket);
    expect(last().sent).toEqual(socket.sent);
    last().say({ id: last().sent[0]!.id, result: { runId: 'r' } });
    expect(await call).toEqual({ runId: 'r' });
  });

  it('is tried again, each time after a longer while', async () => {
    const socket = await connected();
    socket.drop();
    for (const wait of [320, 630, 1260]) {
      const before = sockets.length;
      await vi.advanceTimersByTimeAsync(wait);
      expect(sockets.length).toBe(before + 1);
      last().drop();
    }
    expect(links.filter((state) => state === 'offline').length).toBe(4);
  });

  it.each([4001, 4004, 4009])('is not tried again after close code %i', async (code) => {
    const socket = await connected();
    socket.drop(code);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sockets.length).toBe(1);
    expect(links.at(-1)).toBe('closed');
  });

  it('drops notifications and says so', async () => {
    const socket = await connected();
    socket.drop();
    expect(rpc.notify('run/ack', { runId: 'r', seq: 1 })).toBe(false);
  });

  it('whose greeting fails is closed', async () => {
    rpc.greet = () => Promise.reject(new Error('no'));
    rpc.start();
    last().onopen?.();
    await settle();
    expect(last().closed).toBe(true);
    expect(links).toEqual(['connecting']);
  });
});

it('hands notifications to their handlers and ignores what is not JSON or not known', async () => {
  const socket = await connected();
  const seen: unknown[] = [];
  rpc.on('session/status', (status) => seen.push(status.state));
  socket.onmessage?.({ data: 'nonsense' });
  socket.say({ method: 'unknown/thing', params: {} });
  socket.say({ method: 'session/status', params: { state: 'ready' } });
  expect(seen).toEqual(['ready']);
});
