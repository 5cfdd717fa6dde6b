// The line under the output: what the run does now, or how it ended and what to do next.

import { useEffect, useState } from 'preact/hooks';
import { Statistics } from '../insight/Statistics';
import { bytes, seconds } from '../lib/format';
import { endOf, figures } from '../runs/ends';
import { deservesHint, type Progress } from '../runs/progress';
import type { Run } from '../runs/run';
import { announce } from '../shell/announce';
import { runProgram } from '../shell/commands';
import { sessionStatus } from '../workspace/store';
import { Problem } from './Problem';

function useClock(runs: boolean): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (!runs) return undefined;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 100);
    return () => clearInterval(timer);
  }, [runs]);
  return now;
}

const STAGES = {
  sending: 'Sending',
  queued: 'Waiting for room',
  compile: 'Compiling',
  run: 'Running',
  finished: '',
};

/** A run that was sent while its session waits for room waits with it. */
function queueOf(progress: Progress): { position?: number | null; estimateSeconds?: number | null } | null {
  const status = sessionStatus.value;
  if (progress.stage === 'sending' && status?.state === 'waiting') return status;
  return progress.stage === 'queued' ? progress : null;
}

function doing(progress: Progress, now: number): string {
  const queue = queueOf(progress);
  if (queue) {
    const place = queue.position ? `, place ${queue.position}` : '';
    const estimate = queue.estimateSeconds ? `, about ${seconds(queue.estimateSeconds)}` : '';
    return `Waiting for room${place}${estimate}`;
  }
  const parts = [`${STAGES[progress.stage]} ${(Math.max(0, now - progress.since) / 1000).toFixed(1)} s`];
  if (progress.usage) parts.push(`${seconds(progress.usage.cpuSeconds)} CPU`, bytes(progress.usage.memoryBytes));
  return parts.join(' · ');
}

function Live({ run }: { run: Run }) {
  const now = useClock(true);
  const progress = run.progress.value;
  return (
    <div class="run-line live">
      <span class="spinner" aria-hidden="true" />
      <span class="numbers">{doing(progress, now)}</span>
      {deservesHint(progress, run.mode) && (
        <span class="advice">
          Interpreted code is slow at computing.{' '}
          <button class="link" onClick={() => void runProgram('compile')}>
            Run optimised
          </button>
        </span>
      )}
    </div>
  );
}

const SIGNS = { ok: '✓', warn: '■', bad: '✗' };

function Ended({ run }: { run: Run }) {
  const finished = run.progress.value.finished!;
  const end = endOf(finished, run.mode);
  useEffect(() => announce(`${run.title.value}: ${end.text}`), [finished]);
  return (
    <div class={`run-line ended ${end.tone}`}>
      <div>
        <span class="sign" aria-hidden="true">
          {SIGNS[end.tone]}
        </span>
        <span class="end">{end.text}</span>
        <span class="numbers">{figures(finished)}</span>
      </div>
      {end.advice !== null && <p class="advice">{end.advice}</p>}
      {run.measured.value && <Statistics measured={run.measured.value} />}
    </div>
  );
}

/** GHC's messages of a run that was not started because of them. */
export function Messages({ run }: { run: Run }) {
  const finished = run.progress.value.finished;
  if (finished?.outcome !== 'compile_failed' || finished.diagnostics.length === 0) return null;
  return (
    <div class="messages">
      {finished.diagnostics.map((diagnostic, index) => (
        <Problem key={index} diagnostic={diagnostic} whole />
      ))}
    </div>
  );
}

export function RunLine({ run }: { run: Run }) {
  return run.progress.value.finished ? <Ended run={run} /> : <Live run={run} />;
}
