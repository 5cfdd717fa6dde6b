import { describe, expect, it } from 'vitest';
import { backoff } from '../src/lib/backoff';
import { blocks } from '../src/lib/blocks';
import { ago, bytes, seconds } from '../src/lib/format';
import { rank } from '../src/lib/fuzzy';
import { CloseCode } from '../src/protocol';
import { Acks } from '../src/runs/acks';
import { doing } from '../src/runs/doing';
import { advance, begin, deservesHint, given, measured, seemsToWait } from '../src/runs/progress';
import { readQuota } from '../src/shell/quota';
import { describe as describeState } from '../src/shell/state';
import { flatColours } from '../src/terminal/colours';

it('says sizes and times as people do', () => {
  expect([0, 999, 2048, 74 * 2 ** 20, 2 ** 30].map(bytes)).toEqual(['0 B', '999 B', '2 KB', '74 MB', '1 GB']);
  expect([0.0412, 1.24, 61, 150, 7300].map(seconds)).toEqual(['41 ms', '1.2 s', '61 s', '2 min 30 s', '2 h 1 min']);
  expect(ago(new Date('2026-01-01T00:00:00Z'), new Date('2026-01-01T02:00:00Z'))).toBe('2 hours ago');
});

it('waits longer each time, but never beyond 12.5 s', () => {
  expect([0, 1, 2].map((attempt) => backoff(attempt, () => 0.5))).toEqual([250, 500, 1000]);
  expect(backoff(50, () => 1)).toBe(12_500);
});

it('ranks starts of words first', () => {
  expect(rank('ro', ['Next problem', 'Run optimised', 'Show the problems'], (each) => each)[0]).toBe('Run optimised');
  expect(rank('zzz', ['Run'], (each) => each)).toEqual([]);
});

it('parts a list into pieces, the last of which has the rest', () => {
  expect(blocks([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
  expect(blocks([], 2)).toEqual([]);
});

describe('acknowledgements', () => {
  it('are told after every 128 KiB, and at the end', () => {
    const told: number[] = [];
    const acks = new Acks((seq) => told.push(seq));
    for (let seq = 1; seq <= 10; seq += 1) acks.add(seq, 32 * 1024);
    expect(told).toEqual([4, 8]);
    acks.flush();
    acks.flush();
    expect(told).toEqual([4, 8, 10]);
  });
});

describe('progress', () => {
  const id = { runId: 'r', seq: 1 };
  const running = advance(begin(0), { ...id, type: 'started', phase: 'run' }, 5);
  const used = (cpuSeconds: number, waitsForInput: boolean | null = null) => ({ runId: 'r', cpuSeconds, memoryBytes: 1, waitsForInput });

  it('follows the events', () => {
    const queued = advance(begin(0), { ...id, type: 'queued', position: 3, estimateSeconds: 20 }, 1);
    expect(queued).toMatchObject({ stage: 'queued', position: 3 });
    expect(advance(queued, { ...id, type: 'started', phase: 'compile' }, 2)).toMatchObject({ stage: 'compile', position: null, since: 2 });
  });

  it('takes a program for waiting when it prompts or rests, not when it computes', () => {
    expect(seemsToWait(running, true, 400)).toBe(true);
    expect(seemsToWait(running, true, 100)).toBe(false);
    expect(seemsToWait(measured(measured(running, used(1)), used(1)), false, 400)).toBe(true);
    expect(seemsToWait(measured(measured(running, used(1)), used(1.9)), false, 400)).toBe(false);
    expect(seemsToWait(begin(0), true, 400)).toBe(false);
  });

  it('says what a run does, and what it waits for', () => {
    const ready = { state: 'ready' } as const;
    expect(doing(begin(0), ready, 1200)).toBe('Sending 1.2 s');
    expect(doing(begin(0), { state: 'hibernated' }, 1200)).toBe('Starting the session 1.2 s');
    expect(doing(begin(0), { state: 'waiting', position: 2 }, 1200)).toBe('Waiting for room, place 2');
    const queued = advance(begin(0), { ...id, type: 'queued', position: 3, estimateSeconds: 20 }, 1);
    expect(doing(queued, ready, 2)).toBe('Waiting for room, place 3, about 20 s');
    expect(doing(measured(running, used(0.5)), ready, 2005)).toBe('Running 2.0 s · 500 ms CPU · 1 B');
  });

  it('believes the kernel, until something is typed', () => {
    const told = (waits: boolean) => measured(measured(running, used(1)), used(1, waits));
    expect(seemsToWait(told(true), false, 0)).toBe(true);
    expect(seemsToWait(given(told(true)), false, 400)).toBe(false);
    expect(seemsToWait(told(false), false, 400)).toBe(false);
    expect(seemsToWait(told(false), true, 400)).toBe(true); // it asks, and reads what is no standard input
    expect(seemsToWait(measured(measured(running, used(1)), used(1.9, false)), true, 400)).toBe(false);
  });

  it('hints at optimising only where that helps', () => {
    expect(deservesHint(measured(running, used(3.5)), 'interpret')).toBe(true);
    expect(deservesHint(measured(running, used(3.5)), 'compile')).toBe(false);
    expect(deservesHint(measured(running, used(1)), 'interpret')).toBe(false);
  });
});

describe('the state in the bar', () => {
  const open = { state: 'open' } as const;
  it('has a word for every state', () => {
    for (const state of ['waiting', 'starting', 'ready', 'moved', 'hibernated', 'lost'] as const) {
      expect(describeState(true, open, { state }).word).not.toBe('');
    }
  });
  it('tells the place in the queue', () => {
    expect(describeState(true, open, { state: 'waiting', position: 3, estimateSeconds: 20 }).said).toContain('place 3, about 20 s)');
  });
  it('puts the connection before the session', () => {
    expect(describeState(true, { state: 'offline', retryAt: 0 }, { state: 'ready' }).word).toBe('offline');
    expect(describeState(true, { state: 'closed', code: CloseCode.LOGIN_EXPIRED }, null).word).toBe('signed out');
  });
});

it('reads the quota', () => {
  const now = new Date('2026-01-01T00:00:00Z');
  const item = { name: 'n', label: 'CPU seconds a day', unit: 'seconds', limit: 3600, used: 1800, left: 1800, renewsAt: '2026-01-01T01:00:00Z' } as const;
  const memory = { name: 'm', label: 'Memory', unit: 'bytes', limit: 2 ** 30, used: null, left: null, renewsAt: null } as const;
  expect(readQuota({ plan: { name: 'guest', toolchains: [] }, items: [memory, item] }, now)).toEqual({
    plan: 'guest',
    used: [{ label: 'CPU time a day', text: '30 min of 60 min, 30 min left', renews: 'renews in 60 min', share: 0.5 }],
    caps: [{ label: 'Memory', text: '1 GB', renews: '', share: null }],
  });
});

it('counts what is forbidden as used up', () => {
  const runs = { name: 'r', label: 'runs a minute', unit: 'count', limit: 0, used: 0, left: 0, renewsAt: null } as const;
  const { used } = readQuota({ plan: { name: 'guest', toolchains: [] }, items: [runs] });
  expect(used).toEqual([{ label: 'Runs a minute', text: '0 of 0, 0 left', renews: '', share: 1 }]);
});

it('gives true colours to the terminal as palette colours', () => {
  expect(flatColours('\x1b[1;38;2;255;0;0mx\x1b[0m')).toBe('\x1b[1;38;5;196mx\x1b[0m');
  expect(flatColours('\x1b[38:2::255:0:0mx')).toBe('\x1b[38;5;196mx');
  expect(flatColours('\x1b[31mx')).toBe('\x1b[31mx');
});
