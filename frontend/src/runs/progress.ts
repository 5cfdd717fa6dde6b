// Where a run stands, folded from its events. Pure.

import type { Finished, RunEvent, RunUsage } from '../protocol';
import type { Phase } from './types';

export interface Progress {
  stage: 'sending' | 'queued' | Phase | 'finished';
  position: number | null;
  estimateSeconds: number | null;
  /** Milliseconds of this browser's clock when the phase began. */
  since: number;
  usage: { cpuSeconds: number; memoryBytes: number } | null;
  /** CPU seconds used between the last two measures: near 0 means that the program waits for something. */
  lastCpu: number | null;
  /** As the kernel tells it; null where it does not, or not yet. */
  waitsForInput: boolean | null;
  finished: Finished | null;
}

export function begin(now: number): Progress {
  return { stage: 'sending', position: null, estimateSeconds: null, since: now, usage: null, lastCpu: null, waitsForInput: null, finished: null };
}

export function advance(progress: Progress, event: RunEvent, now: number): Progress {
  switch (event.type) {
    case 'queued':
      return { ...progress, stage: 'queued', position: event.position, estimateSeconds: event.estimateSeconds };
    case 'started':
      return { ...progress, stage: event.phase, position: null, since: now };
    case 'finished':
      return { ...progress, stage: 'finished', position: null, finished: event };
    default:
      return progress;
  }
}

export function measured(progress: Progress, usage: RunUsage): Progress {
  const before = progress.usage?.cpuSeconds ?? null;
  return {
    ...progress,
    usage: { cpuSeconds: usage.cpuSeconds, memoryBytes: usage.memoryBytes },
    lastCpu: before === null ? null : Math.max(0, usage.cpuSeconds - before),
    waitsForInput: usage.waitsForInput,
  };
}

/** Something was typed to it: until it is said again, it does not wait. */
export const given = (progress: Progress): Progress => (progress.waitsForInput ? { ...progress, waitsForInput: false } : progress);

export const isLive = (progress: Progress) => progress.stage !== 'finished';

/**
 * Whether the program waits for its user. Where the kernel does not tell, one that ended its output within a line, or
 * that has not computed for a while, most likely does; and so does one that asks and rests, but reads another way.
 */
export function seemsToWait({ stage, waitsForInput, lastCpu }: Progress, openLine: boolean, quietMs: number): boolean {
  if (stage !== 'run') return false;
  if (waitsForInput) return true;
  const rests = lastCpu !== null && lastCpu < 0.02;
  return quietMs >= 300 && (waitsForInput === false ? openLine && rests : openLine || rests);
}

/** Interpreted code that has computed this long is worth a hint that -O1 is there. */
export function deservesHint(progress: Progress, mode: string): boolean {
  return mode === 'interpret' && progress.stage === 'run' && (progress.usage?.cpuSeconds ?? 0) >= 2;
}
