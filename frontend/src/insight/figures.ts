// Figures of measured runs as words and shares. Pure.

import { bytes, seconds } from '../lib/format';
import type { Benchmark, Cost, CoveredModule, Profile, Statistics, Tally } from '../protocol';

/** Of nothing at all, everything is covered. */
export const share = ({ covered, total }: Tally): number => (total === 0 ? 1 : covered / total);
export const percent = (part: number): string => `${part > 0 && part < 0.01 ? '<1' : Math.floor(part * 100 + 1e-9)} %`;

export function sum(modules: readonly CoveredModule[], of: (module: CoveredModule) => Tally): Tally {
  return modules.map(of).reduce((all, one) => ({ covered: all.covered + one.covered, total: all.total + one.total }), { covered: 0, total: 0 });
}

/** A run's time and allocation, label by label. */
export function statisticLines(told: Statistics): [string, string][] {
  const cpu = told.mutatorCpuSeconds + told.collectorCpuSeconds;
  const productivity = cpu > 0 ? told.mutatorCpuSeconds / cpu : 1;
  return [
    ['allocated', `${bytes(told.allocatedBytes)} in all`],
    ['residency', `${bytes(told.maxResidencyBytes)} at most · ${bytes(told.averageResidencyBytes)} on average`],
    ['memory in use', `${bytes(told.peakMemoryBytes)} at most`],
    ['mutator', `${seconds(told.mutatorCpuSeconds)} CPU · ${seconds(told.mutatorSeconds)} of wall clock`],
    ['collector', `${seconds(told.collectorCpuSeconds)} CPU · ${told.collections.toLocaleString('en')} collections`],
    ['productivity', percent(productivity)],
  ];
}

export interface Spread { min: number; low: number; median: number; high: number; max: number }

function quantile(sorted: readonly number[], part: number): number {
  const place = (sorted.length - 1) * part;
  const below = sorted[Math.floor(place)]!;
  return below + (sorted[Math.ceil(place)]! - below) * (place % 1);
}

/** Null of no runs. */
export function spread(samples: readonly number[]): Spread | null {
  if (samples.length === 0) return null;
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (part: number) => quantile(sorted, part);
  return { min: at(0), low: at(0.25), median: at(0.5), high: at(0.75), max: at(1) };
}

/** Seconds with three digits that count. */
export function precise(count: number): string {
  if (count < 1e-3) return `${(count * 1e6).toPrecision(3)} µs`;
  if (count < 1) return `${(count * 1e3).toPrecision(3)} ms`;
  return `${count.toPrecision(3)} s`;
}

/** How the medians compare, and whether the quartiles leave any doubt. */
export function compare(now: Benchmark, before: Benchmark): { text: string; tone: 'ok' | 'bad' | 'same' } | null {
  const [a, b] = [spread(now.wallSeconds), spread(before.wallSeconds)];
  if (!a || !b || b.median === 0) return null;
  if (a.low <= b.high && b.low <= a.high) return { text: 'no clear difference from the previous one: the quartiles overlap', tone: 'same' };
  const ratio = a.median / b.median;
  if (ratio < 1) return { text: `${(1 / ratio).toFixed(2)}× as fast as the previous one`, tone: 'ok' };
  return { text: `${ratio.toFixed(2)}× as slow as the previous one`, tone: 'bad' };
}

export interface Frame { at: number; depth: number; start: number; ticks: number; bytes: number; own: Cost }

/** The tree's calls as boxes of a flame graph: each begins where those before it under the same parent end. */
export function frames(profile: Profile, by: 'ticks' | 'bytes'): Frame[] {
  const made: Frame[] = profile.costs.map((own, at) => ({ at, depth: 0, start: 0, ticks: own.ticks, bytes: own.allocatedBytes, own }));
  for (const frame of [...made].reverse()) {
    const parent = frame.own.parent === null ? undefined : made[frame.own.parent];
    if (!parent) continue;
    parent.ticks += frame.ticks;
    parent.bytes += frame.bytes;
  }
  const next = new Map<number, number>();
  for (const frame of made) {
    const above = frame.own.parent;
    if (above === null) continue;
    const parent = made[above]!;
    frame.depth = parent.depth + 1;
    frame.start = next.get(above) ?? parent.start;
    next.set(above, frame.start + frame[by]);
  }
  return made;
}

export interface Row { centre: number; entries: number; ticks: number; bytes: number; allTicks: number; allBytes: number }

/** Each cost centre with all its calls together; what is below a call counts once, also under recursion. */
export function table(profile: Profile): Row[] {
  const rows: Row[] = profile.centres.map((_, centre) => ({ centre, entries: 0, ticks: 0, bytes: 0, allTicks: 0, allBytes: 0 }));
  for (const { at, ticks, bytes: allocated, own } of frames(profile, 'ticks')) {
    const row = rows[own.centre]!;
    row.entries += own.entries;
    row.ticks += own.ticks;
    row.bytes += own.allocatedBytes;
    if (!isWithin(profile.costs, at)) {
      row.allTicks += ticks;
      row.allBytes += allocated;
    }
  }
  return rows.sort((a, b) => b.ticks - a.ticks || b.bytes - a.bytes || b.allTicks - a.allTicks);
}

const NEGLIGIBLE = 0.01;

/** Whether a row is worth a look: a hundredth of the run, or a function of the workspace that was entered. */
export function costly({ centres, ticks, allocatedBytes }: Profile, row: Row): boolean {
  const own = centres[row.centre]!.path !== null && row.entries > 0;
  return own || row.ticks > NEGLIGIBLE * ticks || row.bytes > NEGLIGIBLE * allocatedBytes;
}

function isWithin(costs: readonly Cost[], at: number): boolean {
  const { centre } = costs[at]!;
  for (let above = costs[at]!.parent; above !== null; above = costs[above]!.parent) if (costs[above]!.centre === centre) return true;
  return false;
}
