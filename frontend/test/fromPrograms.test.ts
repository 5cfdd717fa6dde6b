import { afterEach, expect, it, vi } from 'vitest';
import { signal } from '@preact/signals';

interface Params { path?: string; offset?: number }
interface Server { asked: [string, Params][]; answer: (params: Params) => unknown }

const server = vi.hoisted((): Server => ({ asked: [], answer: () => ({ files: [], count: 0 }) }));
const leaving = vi.hoisted(() => {
  const listeners: (() => void)[] = [];
  Object.assign(globalThis, { addEventListener: (_kind: string, listener: () => void) => listeners.push(listener) });
  return listeners;
});
const status = vi.hoisted((): { value: unknown } => ({ value: null }));

vi.mock('../src/workspace/session', () => ({
  rpc: {
    call: (method: string, params: Params) => {
      server.asked.push([method, params]);
      return Promise.resolve(server.answer(params));
    },
  },
}));
vi.mock('../src/runs/store', async () => ({ shown: { output: (await import('@preact/signals')).signal(null) } }));
vi.mock('../src/workspace/store', async () => {
  const { signal: make } = await import('@preact/signals');
  status.value = make(null);
  return { sessionStatus: status.value };
});

const { deleteProduced, produced, readProduced, refreshProduced } = await import('../src/files/fromPrograms');
const { toasts } = await import('../src/shell/toasts');
const session = status.value as ReturnType<typeof signal<{ state: string } | null>>;
const settle = () => new Promise((resolve) => setTimeout(resolve));

it('asks when the session comes up, and not while it sleeps', async () => {
  await refreshProduced();
  expect(server.asked).toEqual([]);
  session.value = { state: 'ready' };
  await settle();
  expect(server.asked).toEqual([['session/produced', {}]]);
  session.value = { state: 'hibernated' };
  await refreshProduced();
  expect(server.asked.length).toBe(1);
  session.value = { state: 'ready' };
  await settle();
  expect(server.asked.length).toBe(2);
});

it('keeps the newest answer, whichever comes last', async () => {
  const answers: ((found: unknown) => void)[] = [];
  server.answer = () => new Promise((resolve) => answers.push(resolve));
  const both = [refreshProduced(), refreshProduced()];
  answers[1]!({ files: [], count: 2 });
  answers[0]!({ files: [], count: 1 });
  await Promise.all(both);
  expect(produced.value?.count).toBe(2);
});

afterEach(() => void vi.useRealTimers());

const [old, other] = ['out/a.csv', 'b.csv'].map((path) => ({ path, bytes: 4, modified: 10 }));
const shown = () => produced.value?.files.map(({ path }) => path);

async function showAndDelete(): Promise<void> {
  server.answer = () => ({ files: [old, other], count: 5 });
  await refreshProduced();
  vi.useFakeTimers();
  server.asked = [];
  deleteProduced(old!);
  expect([shown(), produced.value?.count]).toEqual([['b.csv'], 4]);
}

it('deletes a file when that can no longer be undone', async () => {
  await showAndDelete();
  server.answer = () => ({ files: [other], count: 4 });
  expect(server.asked).toEqual([]);
  await vi.runAllTimersAsync();
  expect(server.asked).toEqual([['session/deleteProduced', { path: 'out/a.csv' }]]);
  expect([shown(), produced.value?.count]).toEqual([['b.csv'], 4]);
  expect(toasts.value).toEqual([]);
});

it('deletes nothing when it was called off, or when a program wrote the file anew', async () => {
  await showAndDelete();
  toasts.value.at(-1)!.action!.run();
  await vi.runAllTimersAsync();
  expect([server.asked, shown()]).toEqual([[], ['out/a.csv', 'b.csv']]);

  await showAndDelete();
  server.answer = () => ({ files: [{ ...old!, modified: 11 }, other], count: 5 });
  await refreshProduced();
  server.asked = [];
  await vi.runAllTimersAsync();
  expect([server.asked, shown()]).toEqual([[], ['out/a.csv', 'b.csv']]);
});

it('deletes at once what the page is left with, and once only', async () => {
  await showAndDelete();
  server.answer = () => ({ files: [other], count: 4 });
  leaving.forEach((listener) => listener());
  expect(server.asked).toEqual([['session/deleteProduced', { path: 'out/a.csv' }]]);
  await vi.runAllTimersAsync();
  expect(server.asked.length).toBe(1);
});

it('says why a file could not be deleted, and shows it again', async () => {
  await showAndDelete();
  server.answer = () => Promise.reject(new Error('out/a.csv cannot be deleted: Permission denied.'));
  await vi.advanceTimersByTimeAsync(8_000);
  expect(toasts.value.map(({ text }) => text)).toEqual(['out/a.csv cannot be deleted: Permission denied.']);
  expect(shown()).toEqual(['out/a.csv', 'b.csv']);
});

const serve = (content: string, piece: number, grows = 0) => {
  server.answer = ({ offset = 0 }) => ({ data: btoa(content.slice(offset, offset + piece)), bytes: content.length - grows + offset * grows });
};
const text = (pieces: Uint8Array[]) => pieces.map((each) => new TextDecoder().decode(each)).join('');

it('reads a file piece by piece, one file after the other', async () => {
  serve('abcdefg', 3);
  server.asked = [];
  const [one, other] = await Promise.all([readProduced('one'), readProduced('other')]);
  expect([text(one.pieces), one.whole, text(other.pieces)]).toEqual(['abcdefg', true, 'abcdefg']);
  expect(server.asked.map(([, params]) => `${params.path} ${params.offset}`)).toEqual(['one 0', 'one 3', 'one 6', 'other 0', 'other 3', 'other 6']);
});

it('reads no more than is wanted, and comes to an end where the file grows', async () => {
  serve('abcdefg', 3);
  expect(await readProduced('long', 3)).toMatchObject({ whole: false });
  let wanted = true;
  const ended = await readProduced('long', 100, () => wanted && !(wanted = false));
  expect([text(ended.pieces), ended.whole]).toEqual(['abc', false]);
  serve('abcdef', 3, 1);
  expect((await readProduced('growing')).whole).toBe(true);
});

it('goes on with the next file after one that cannot be read', async () => {
  server.answer = () => Promise.reject(new Error('gone.txt cannot be read.'));
  await expect(readProduced('gone.txt')).rejects.toThrow('gone.txt cannot be read.');
  serve('abc', 3);
  expect(text((await readProduced('there.txt')).pieces)).toBe('abc');
});
