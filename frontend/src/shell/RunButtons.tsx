import type { Insight } from '../insight/state';
import { keyLabel } from '../lib/platform';
import { type Optimization, options, setOptions } from '../runs/options';
import { liveRuns, starting } from '../runs/store';
import { readOnly } from '../workspace/store';
import { actionKeys } from './actions';
import { measure, onEveryToolchain, runProgram, stopProgram } from './commands';
import { Menu } from './Menu';

const LEVELS: [Optimization | null, string][] = [
  [null, 'as the package says, else -O1'],
  [0, 'compiles quickest'],
  [1, 'the usual'],
  [2, 'compiles longest, runs fastest'],
];

const nameOf = (level: Optimization | null) => (level === null ? 'as the package says' : `-O${level}`);
/** Whose sign is in it, for those who say what they see. */
const levelOf = (level: Optimization | null) => (level === null ? `-O ${nameOf(level)}` : nameOf(level));

const MEASURED: [Insight, string][] = [
  ['statistics', 'Run with time and allocation'],
  ['coverage', 'Run with coverage'],
  ['benchmark', 'Benchmark: run many times'],
  ['profile', 'Profile: what takes the time'],
];

const hint = (title: string, id: string) => `${title} (${keyLabel(actionKeys(id))})`;

function Level() {
  return (
    <Menu className="level" title={`Optimisation: ${levelOf(options.value.optimization)}`} label={<span>-O{options.value.optimization}</span>}>
      {(close) => (
        <>
          {LEVELS.map(([level, words]) => (
            <button
              key={level}
              class={options.value.optimization === level ? 'chosen' : ''}
              onClick={() => {
                setOptions({ optimization: level });
                close();
              }}
            >
              {level !== null && `-O${level} `}
              <span class="muted">{words}</span>
            </button>
          ))}
          <hr />
          {MEASURED.map(([insight, words]) => (
            <button
              key={insight}
              onClick={() => {
                close();
                void measure(insight);
              }}
            >
              {words}
            </button>
          ))}
          <button
            onClick={() => {
              close();
              onEveryToolchain('interpret');
            }}
          >
            Run on every toolchain
          </button>
        </>
      )}
    </Menu>
  );
}

export function RunButtons() {
  const programs = liveRuns.value.filter((run) => run.mode !== 'repl');
  if (readOnly.value) return null;
  return (
    <div class="run-buttons" role="group" aria-label="Run">
      <button class="run primary" title={hint('Run', 'run')} disabled={starting.value} onClick={() => void runProgram('interpret')}>
        <span aria-hidden="true">▶</span> Run
      </button>
      <span class="joined">
        <button class="optimised" title={hint('Compile and run optimised', 'run-optimised')} disabled={starting.value} onClick={() => void runProgram('compile')}>
          <span aria-hidden="true">⚡</span> <span class="label">Run optimised</span>
        </button>
        <Level />
      </span>
      <button class="test wide-only" title={hint('Run the tests', 'test')} disabled={starting.value} onClick={() => void runProgram('test')}>
        Tests
      </button>
      <button class="stop" title={hint('Stop', 'stop')} disabled={programs.length === 0} onClick={stopProgram}>
        <span aria-hidden="true">■</span> <span class="label">Stop</span>
      </button>
    </div>
  );
}
