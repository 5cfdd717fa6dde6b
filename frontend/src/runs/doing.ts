// What a run does now, in words. Pure.

import { bytes, seconds } from '../lib/format';
import type { SessionStatus } from '../protocol';
import type { Progress } from './progress';

const STAGES = {
  sending: 'Sending',
  queued: 'Waiting for room',
  compile: 'Compiling',
  run: 'Running',
  finished: '',
};

/** A run that was sent while its session waits for room waits with it. */
function queueOf(progress: Progress, session: SessionStatus | null): { position?: number | null; estimateSeconds?: number | null } | null {
  if (progress.stage === 'sending' && session?.state === 'waiting') return session;
  return progress.stage === 'queued' ? progress : null;
}

/** What is sent to a session without a container is taken once it has one. */
function stageOf(progress: Progress, session: SessionStatus | null): string {
  const starts = progress.stage === 'sending' && session !== null && session.state !== 'ready';
  return starts ? 'Starting the session' : STAGES[progress.stage];
}

export function doing(progress: Progress, session: SessionStatus | null, now: number): string {
  const queue = queueOf(progress, session);
  if (queue) {
    const place = queue.position ? `, place ${queue.position}` : '';
    const estimate = queue.estimateSeconds ? `, about ${seconds(queue.estimateSeconds)}` : '';
    return `Waiting for room${place}${estimate}`;
  }
  const parts = [`${stageOf(progress, session)} ${(Math.max(0, now - progress.since) / 1000).toFixed(1)} s`];
  if (progress.usage) parts.push(`${seconds(progress.usage.cpuSeconds)} CPU`, bytes(progress.usage.memoryBytes));
  return parts.join(' · ');
}
