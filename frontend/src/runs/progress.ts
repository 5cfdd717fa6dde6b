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
  finished: Finished | null;
}

export function begin(now: number): Progress {
  return { stage: 'sending', position: null, estimateSeconds: null, since: now, usage: null, lastCpu: null, finished: null };
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
  };
}

export const isLive = (progress: Progress) => progress.stage !== 'finished';

/**
 * Nobody tells that a program reads its input, but one that ended its output within a line, or that has not
 * computed for a while, most likely does.
 */
export function seemsToWait(progress: Progress, openLine: boolean, quietMs: number): boolean {
  if (progress.stage !== 'run' || quietMs < 300) return false;
  return openLine || (progress.lastCpu !== null && progress.lastCpu < 0.02);
}

/** Interpreted code that has computed this long is worth a hint that -O1 is there. */
export function deservesHint(progress: Progress, mode: string): boolean {
  return mode === 'interpret' && progress.stage === 'run' && (progress.usage?.cpuSeconds ?? 0) >= 2;
}
