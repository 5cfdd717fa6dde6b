// A table of verdicts: what each toolchain says of the program and what the program did with it.

import { useState } from 'preact/hooks';
import { Problem } from '../output/Problem';
import { plural } from '../lib/format';
import type { Progress } from '../runs/progress';
import { readOnly, workspace } from '../workspace/store';
import { asking, goesOn, matrix, type MatrixMode, type Row, startMatrix, stopMatrix } from './state';
import { checked, compared, ended, took } from './verdict';

const MODES: [MatrixMode, string][] = [
  ['check', 'Check'],
  ['interpret', 'Run'],
  ['compile', 'Run optimised'],
  ['test', 'Tests'],
];
const SHOWN_CHARACTERS = 20_000;

function doing(progress: Progress): string {
  switch (progress.stage) {
    case 'queued':
      return progress.position ? `waiting for room, place ${progress.position}` : 'waiting for room';
    case 'compile':
      return 'compiling …';
    case 'run':
      return 'running …';
    default:
      return 'starting …';
  }
}

function Cells({ row, same }: { row: Row; same: boolean | null }) {
  const progress = row.run?.progress.value;
  const finished = progress?.finished;
  if (!row.run || !progress) return <td colSpan={4}>{row.waits ? 'waits for another one to end' : row.refusal}</td>;
  if (!finished) {
    return (
      <td colSpan={4}>
        <span class="spinner" aria-hidden="true" /> {doing(progress)}
      </td>
    );
  }
  const [said, end] = [checked(finished), ended(finished, row.run.mode)];
  return (
    <>
      <td class={said.tone}>{said.text}</td>
      <td class={end?.tone}>{end?.text ?? '–'}</td>
      <td class="numbers">{took(finished)}</td>
      <td class={same === false ? 'bad' : ''}>{same === null ? '–' : same ? 'same' : 'differs'}</td>
    </>
  );
}

function Details({ row }: { row: Row }) {
  const finished = row.run?.progress.value.finished;
  if (!finished) return null;
  const text = row.run!.buffer.text;
  return (
    <div class="details">
      {finished.reason && <p class="advice">{finished.reason}</p>}
      {finished.diagnostics.map((diagnostic, index) => (
        <Problem key={index} diagnostic={diagnostic} whole />
      ))}
      {text ? <pre>{text.slice(0, SHOWN_CHARACTERS)}</pre> : <p class="muted">It printed nothing.</p>}
      {text.length > SHOWN_CHARACTERS && <p class="muted">{`… ${plural(text.length - SHOWN_CHARACTERS, 'character')} more`}</p>}
    </div>
  );
}

function Line({ row, same }: { row: Row; same: boolean | null }) {
  const [open, setOpen] = useState(false);
  const own = workspace.value?.toolchain === row.toolchain;
  return (
    <>
      <tr>
        <th scope="row">
          <button class="link" aria-expanded={open} onClick={() => setOpen(!open)}>
            <span class={`chevron ${open ? 'open' : ''}`} aria-hidden="true" />
            {row.toolchain}
          </button>
          {own && <span class="muted"> this one</span>}
        </th>
        <td class="numbers">{row.ghc}</td>
        <Cells row={row} same={same} />
      </tr>
      {open && (
        <tr class="opened">
          <td colSpan={6}>
            <Details row={row} />
          </td>
        </tr>
      )}
    </>
  );
}

function Table() {
  const rows = matrix.value?.rows ?? [];
  const results = rows.map(({ run }) => ({ finished: run?.progress.value.finished ?? null, output: run?.progress.value.finished ? run.buffer.text : '' }));
  const same = compared(results);
  return (
    <table class="figures">
      <thead>
        <tr>
          <th scope="col">toolchain</th>
          <th scope="col">GHC</th>
          <th scope="col">it says</th>
          <th scope="col">the program</th>
          <th scope="col">time</th>
          <th scope="col">output</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <Line key={row.toolchain} row={row} same={same[index] ?? null} />
        ))}
      </tbody>
    </table>
  );
}

export default function MatrixPane() {
  return (
    <div class="pane matrix">
      <p class="choices" role="group" aria-label="On every toolchain">
        {MODES.map(([mode, title]) => (
          <button key={mode} disabled={readOnly.value || goesOn.value} aria-pressed={matrix.value?.params.mode === mode} onClick={() => void startMatrix(mode)}>
            {title}
          </button>
        ))}
        <button class="stop" disabled={!goesOn.value} onClick={stopMatrix}>
          <span aria-hidden="true">■</span> Stop
        </button>
      </p>
      {matrix.value ? (
        <Table />
      ) : (
        <p class="empty">{asking.value ? 'Starting …' : 'Check or run this workspace with every toolchain of your plan at once.'}</p>
      )}
    </div>
  );
}
