// What measured runs told of themselves. State only; the panes and the shading are fetched when there is something to show.

import { computed, signal } from '@preact/signals';
import type { Benchmark, Coverage, Measured, Profile, RunStart } from '../protocol';
import { recall, remember } from '../lib/storage';
import { announce } from '../shell/announce';
import { showTab } from '../shell/layout';
import { documents } from '../workspace/opened';
import { workspace } from '../workspace/store';
import type { Text } from '@codemirror/state';

export type Insight = NonNullable<RunStart['insight']>;
export type Kind = 'coverage' | 'profile' | 'benchmark';

export interface Timed { title: string; report: Benchmark }

export const coverage = signal<Coverage | null>(null);
export const profile = signal<{ title: string; report: Profile } | null>(null);
export const benchmark = signal<Timed | null>(null);
/** The benchmark before, to compare with. */
export const previous = signal<Timed | null>(null);
/** Why the last measured run told nothing. */
export const failure = signal<string | null>(null);
export const kind = signal<Kind | null>(null);
/** Files that were changed since they were covered: their shading is gone. */
export const edited = signal<ReadonlySet<string>>(new Set());

export const hasInsight = computed(() => kind.value !== null || failure.value !== null);

const benchmarkKey = () => `benchmark:${workspace.peek()?.id ?? ''}`;

/** The texts as they are when a run begins: what it counts is about these. */
export function textsNow(): ReadonlyMap<string, Text> {
  return new Map([...documents].map(([path, doc]) => [path, doc.text]));
}

function cover(report: Coverage, texts: ReadonlyMap<string, Text>): void {
  const changed = [...documents].filter(([path, doc]) => texts.has(path) && !texts.get(path)!.eq(doc.text));
  edited.value = new Set(changed.map(([path]) => path));
  coverage.value = report;
  void import('./shading').then(({ begin }) => begin());
}

function time(title: string, report: Benchmark): void {
  previous.value = benchmark.value ?? recall<Timed | null>(benchmarkKey(), null);
  benchmark.value = { title, report };
  remember(benchmarkKey(), benchmark.value);
}

/** Takes what a run told; the statistics of a run stand beside its end. */
export function take(measured: Measured, title: string, texts: ReadonlyMap<string, Text>): void {
  const { report } = measured;
  if (report?.type === 'statistics' || report?.type === 'dumped') return;
  failure.value = report ? null : measured.failure;
  if (report) kind.value = report.type;
  if (report?.type === 'coverage') cover(report, texts);
  else if (report?.type === 'profile') profile.value = { title, report };
  else if (report?.type === 'benchmark') time(title, report);
  showTab('insight');
  announce(report ? `${report.type} of ${title} is there.` : (measured.failure ?? ''));
}

export function touched(path: string): void {
  if (!edited.peek().has(path)) edited.value = new Set(edited.peek()).add(path);
}

export function hideCoverage(): void {
  coverage.value = null;
  edited.value = new Set();
  if (kind.value === 'coverage') kind.value = profile.value ? 'profile' : benchmark.value ? 'benchmark' : null;
}
