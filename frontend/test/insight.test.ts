import { expect, test } from 'vitest';
import { compare, costly, frames, percent, precise, share, spread, statisticLines, table } from '../src/insight/figures';
import type { Benchmark, Profile } from '../src/protocol';

const runs = (...wallSeconds: number[]): Benchmark => ({ type: 'benchmark', wallSeconds, cpuSeconds: wallSeconds, shortfall: null });

test('quartiles lie between the samples', () => {
  expect(spread([4, 1, 3, 2])).toEqual({ min: 1, low: 1.75, median: 2.5, high: 3.25, max: 4 });
  expect(spread([7])).toEqual({ min: 7, low: 7, median: 7, high: 7, max: 7 });
  expect(spread([])).toBeNull();
});

test('two benchmarks differ only where their quartiles do not overlap', () => {
  expect(compare(runs(1, 1.1, 1.2), runs(2, 2.1, 2.4))).toEqual({ text: '1.91× as fast as the previous one', tone: 'ok' });
  expect(compare(runs(3, 3, 3), runs(2, 2, 2))?.tone).toBe('bad');
  expect(compare(runs(1, 2, 3), runs(1.5, 2, 2.5))?.tone).toBe('same');
  expect(compare(runs(), runs(1))).toBeNull();
});

test('shares are never rounded up to all or down to nothing', () => {
  expect([percent(0), percent(0.004), percent(0.999), percent(1)]).toEqual(['0 %', '<1 %', '99 %', '100 %']);
  expect(share({ covered: 0, total: 0 })).toBe(1);
});

test('times have three digits', () => {
  expect([precise(0.0000123), precise(0.01234), precise(1.2345)]).toEqual(['12.3 µs', '12.3 ms', '1.23 s']);
});

const centre = (label: string) => ({ label, module: 'Main', path: null, range: null });
const cost = (at: number, parent: number | null, ticks: number) => ({ centre: at, parent, entries: 1, ticks, allocatedBytes: ticks * 10 });
const PROFILE: Profile = {
  type: 'profile', ticks: 10, tickSeconds: 0.001, allocatedBytes: 100, cut: false,
  centres: [centre('MAIN'), centre('main'), centre('fib')],
  costs: [cost(0, null, 0), cost(1, 0, 2), cost(2, 1, 3), cost(2, 2, 4), cost(1, 0, 1)],
};

test('boxes of a flame graph lie side by side within the call above', () => {
  const boxes = frames(PROFILE, 'ticks').map(({ depth, start, ticks }) => [depth, start, ticks]);
  expect(boxes).toEqual([[0, 0, 10], [1, 0, 9], [2, 0, 7], [3, 0, 4], [1, 9, 1]]);
});

test('a recursive cost centre counts once what is below it', () => {
  const rows = table(PROFILE).map((row) => [PROFILE.centres[row.centre]!.label, row.ticks, row.allTicks, row.entries]);
  expect(rows).toEqual([['fib', 7, 7, 2], ['main', 3, 10, 2], ['MAIN', 0, 10, 1]]);
});

test('what costs next to nothing is left out, but for functions of the workspace', () => {
  const [own, foreign] = [{ ...centre('own'), path: 'Main.hs' }, centre('CAF')];
  const report = { ...PROFILE, ticks: 1000, allocatedBytes: 1000, centres: [own, foreign] };
  const row = { centre: 1, entries: 1, ticks: 10, bytes: 0, allTicks: 10, allBytes: 0 };
  expect([costly(report, row), costly(report, { ...row, ticks: 11 }), costly(report, { ...row, centre: 0 })]).toEqual([false, true, true]);
});

test('statistics are said in words', () => {
  const lines = statisticLines({
    type: 'statistics', allocatedBytes: 2048, peakMemoryBytes: 4 << 20, maxResidencyBytes: 1024, averageResidencyBytes: 512,
    collections: 12, mutatorSeconds: 0.5, mutatorCpuSeconds: 0.3, collectorSeconds: 0.1, collectorCpuSeconds: 0.1,
  });
  expect(Object.fromEntries(lines)).toMatchObject({ allocated: '2 KB in all', productivity: '75 %', collector: '100 ms CPU · 12 collections' });
});
