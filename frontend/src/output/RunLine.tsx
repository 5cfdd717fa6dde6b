// The line under the output: what the run does now, or how it ended and what to do next.

import { useEffect, useState } from 'preact/hooks';
import { Statistics } from '../insight/Statistics';
import { endOf, figures } from '../runs/ends';
import { doing } from '../runs/doing';
import { deservesHint } from '../runs/progress';
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

function Live({ run }: { run: Run }) {
  const now = useClock(true);
  const progress = run.progress.value;
  return (
    <div class="run-line live">
      <span class="spinner" aria-hidden="true" />
      <span class="numbers">{doing(progress, sessionStatus.value, now)}</span>
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
