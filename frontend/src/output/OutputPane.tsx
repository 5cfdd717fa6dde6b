// The output of the newest program: its text, what to type to it, how it goes.

import { useMemo, useRef, useState } from 'preact/hooks';
import { download } from '../lib/download';
import { bytes } from '../lib/format';
import type { Run } from '../runs/run';
import { awaited, refused, shown, starting, waitNoLonger } from '../runs/store';
import { runProgram } from '../shell/commands';
import { toast } from '../shell/toasts';
import { readOnly } from '../workspace/store';
import { InputLine } from './InputLine';
import { Options } from './Options';
import { Rows } from './Rows';
import { Messages, RunLine } from './RunLine';
import { findAll } from './search';

function copy(run: Run): void {
  navigator.clipboard.writeText(run.buffer.text).then(
    () => toast(run.buffer.droppedChars > 0 ? 'What is shown was copied; Save takes more of it.' : 'The output was copied.', 'ok'),
    () => toast('The browser did not allow copying.', 'bad'),
  );
}

function save({ buffer }: Run): void {
  download('output.txt', buffer.rawParts);
  if (buffer.droppedRaw > 0) toast(`The first ${bytes(buffer.droppedRaw)} were not kept; the file begins after them.`);
}

function Search({ run, query, setQuery, count, current, setCurrent }: {
  run: Run;
  query: string;
  setQuery: (query: string) => void;
  count: number;
  current: number;
  setCurrent: (index: number) => void;
}) {
  const field = useRef<HTMLInputElement>(null);
  const step = (by: number) => count > 0 && setCurrent((current + by + count) % count);
  return (
    <div class="output-search" key={run.id}>
      <input
        ref={field}
        type="search"
        value={query}
        placeholder="Find"
        aria-label="Find in the output"
        onInput={(event) => setQuery(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Enter' && step(event.shiftKey ? -1 : 1)}
      />
      {query && <span class="numbers">{count > 0 ? `${current + 1}/${count}` : 'none'}</span>}
    </div>
  );
}

function Tools({ run, children }: { run: Run; children: preact.ComponentChildren }) {
  return (
    <div class="output-tools">
      <code class="title" title={run.title.value}>
        $ {run.title}
      </code>
      {children}
      <button class="quiet" onClick={() => copy(run)}>
        Copy
      </button>
      <button class="quiet" onClick={() => save(run)}>
        Save
      </button>
      <button class="quiet" onClick={() => run.buffer.clear()}>
        Clear
      </button>
    </div>
  );
}

function Shown({ run }: { run: Run }) {
  const [query, setQuery] = useState('');
  const [current, setCurrent] = useState(0);
  const version = run.buffer.version.value;
  const found = useMemo(() => findAll(run.buffer.lines, query), [run, query, version]);
  const { droppedChars } = run.buffer;
  const change = (next: string) => {
    setQuery(next);
    setCurrent(0);
  };
  return (
    <>
      <Tools run={run}>
        <Search run={run} query={query} setQuery={change} count={found.length} current={current} setCurrent={setCurrent} />
      </Tools>
      {droppedChars > 0 && (
        <div class="more-above">
          {bytes(droppedChars)} more above.{' '}
          <button class="link" onClick={() => save(run)}>
            Download
          </button>
        </div>
      )}
      <Messages run={run} />
      <Rows buffer={run.buffer} found={found} current={current} />
      {run.progress.value.stage === 'run' && <InputLine key={run.id} run={run} />}
      <RunLine run={run} />
    </>
  );
}

function Nothing() {
  if (readOnly.value) return <p class="empty">Fork this copy to run it.</p>;
  return (
    <p class="empty">
      <button class="primary" onClick={() => void runProgram('interpret')}>
        ▶ Run
      </button>
      <br />
      What the program prints appears here.
    </p>
  );
}

export function OutputPane() {
  const run = shown.output.value;
  return (
    <div class="pane output">
      {!readOnly.value && <Options />}
      {refused.value !== null && (
        <p class="refused" role="alert">
          {refused.value}
        </p>
      )}
      {awaited.value !== null && (
        <p class="awaited">
          <span class="spinner" aria-hidden="true" />
          <span>{awaited.value} The run begins when it is there.</span>
          <button class="quiet" onClick={waitNoLonger}>
            Do not wait
          </button>
        </p>
      )}
      {run ? <Shown key={run.id} run={run} /> : starting.value ? <p class="empty">Starting …</p> : <Nothing />}
    </div>
  );
}
