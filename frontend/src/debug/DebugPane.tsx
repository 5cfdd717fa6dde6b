// The debugger's panel: where the program stands, what is bound there, how it came there.

import { useState } from 'preact/hooks';
import { plural } from '../lib/format';
import { keyLabel } from '../lib/platform';
import type { DebugPlace, Debugged } from '../protocol';
import type { Run } from '../runs/run';
import { actionKeys } from '../shell/actions';
import { breakpoint } from '../shell/commands';
import { showTab } from '../shell/layout';
import { breakpoints } from './breakpoints';
import { debugging, debugProgram, evaluateThere, force, show, standing, step, type Step, stopDebugging } from './state';

const STEPS: [Step, string, string, string][] = [
  ['continue', 'Continue', 'On to the next breakpoint', 'debug'],
  ['step', 'Step', 'To the next expression, wherever it is', 'debug-step'],
  ['stepLocal', 'Step here', 'To the next expression of this function', 'debug-local'],
  ['back', '← Back', 'A step back along the way that led here', ''],
  ['forward', 'Forward →', 'Forward again', ''],
];

const hint = (words: string, id: string) => (id && actionKeys(id) ? `${words} (${keyLabel(actionKeys(id))})` : words);
const lineOf = ({ path, range }: DebugPlace) => (path !== null && range ? `${path}:${range.start.line + 1}` : 'outside the workspace');

function Tools() {
  const stands = standing.value;
  return (
    <div class="output-tools">
      <code class="title">Debugger</code>
      {STEPS.map(([action, title, words, id]) => (
        <button
          key={action}
          class="quiet"
          title={hint(words, id)}
          disabled={!stands || (action === 'back' && stands.position >= stands.history.length) || (action === 'forward' && stands.position === 0)}
          onClick={() => step(action)}
        >
          {title}
        </button>
      ))}
      <button class="quiet" onClick={stopDebugging}>
        Stop
      </button>
    </div>
  );
}

function Locals({ locals }: { locals: Debugged['locals'] }) {
  return (
    <table class="locals" aria-label="What is bound here">
      <tbody>
        {locals.map(({ name, type, value }) => (
          <tr key={name}>
            <th scope="row">
              <code>{name}</code>
            </th>
            <td>
              <code class="local-type">{type}</code>
            </td>
            <td>
              <code>{value}</code>
              {/(^|[\s(,[])_/.test(value) && (
                <button class="link" title="Evaluate it as far as it can be shown" aria-label={`Evaluate ${name}`} onClick={() => force(name)}>
                  evaluate
                </button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Ask() {
  const [text, setText] = useState('');
  const send = (event: Event) => {
    event.preventDefault();
    evaluateThere(text);
    setText('');
  };
  return (
    <form class="debug-ask" onSubmit={send}>
      <input
        value={text}
        aria-label="Expression to evaluate where the program stands"
        placeholder="An expression, evaluated here; the result is in the output"
        spellcheck={false}
        onInput={(event) => setText(event.currentTarget.value)}
      />
    </form>
  );
}

function Way({ state }: { state: Debugged }) {
  return (
    <ol class="debug-way" aria-label="How the program came here">
      {state.history.map((place, index) => (
        <li key={index} class={index + 1 === state.position ? 'current' : ''}>
          <button onClick={() => show(place)}>
            <span class="muted">{lineOf(place)}</span> <code>{place.name}</code>
          </button>
        </li>
      ))}
    </ol>
  );
}

function Stopped({ state }: { state: Debugged }) {
  return (
    <>
      <p class="debug-at" role="status">
        {state.exception ? 'An exception was thrown' : state.position > 0 ? `${state.position} back` : 'Stopped'}
        {state.at && (
          <>
            {' in '}
            <code>{state.at.name}</code>,{' '}
            <button class="link" onClick={() => show(state.at!)}>
              {lineOf(state.at)}
            </button>
          </>
        )}
      </p>
      <Locals locals={state.locals} />
      <Ask />
      {state.history.length > 0 && <h3>The way here</h3>}
      <Way state={state} />
    </>
  );
}

function Nothing() {
  const count = Object.values(breakpoints.value).flat().length;
  return (
    <p class="empty">
      <button class="primary" onClick={() => void debugProgram()}>
        Debug
      </button>{' '}
      <button onClick={breakpoint}>Breakpoint at the cursor</button>
      <br />
      Set breakpoints left of the line numbers or at the cursor ({keyLabel(actionKeys('breakpoint'))}), then start with {keyLabel(actionKeys('debug'))}.
      <br />
      <span class="muted">{plural(count, 'breakpoint')}</span>
    </p>
  );
}

function typeInput(): void {
  showTab('output');
  requestAnimationFrame(() => document.querySelector<HTMLInputElement>('.input-line input')?.focus());
}

function Running({ run }: { run: Run }) {
  if (run.progress.value.waitsForInput) {
    return (
      <p class="empty" role="status">
        The program waits for input.{' '}
        <button class="primary" onClick={typeInput}>
          Type it in the output
        </button>
      </p>
    );
  }
  return <p class="empty">The program runs; what it prints is in the output. It stops at a breakpoint or at an exception.</p>;
}

export default function DebugPane() {
  const stands = standing.value;
  return (
    <div class="pane debug">
      {debugging.value && <Tools />}
      {stands ? <Stopped state={stands} /> : debugging.value ? <Running run={debugging.value} /> : <Nothing />}
    </div>
  );
}
