// What the next run is given: entry, arguments, input, optimisation.

import { useState } from 'preact/hooks';
import { splitArguments } from '../runs/arguments';
import { type Optimization, options, setOptions } from '../runs/options';
import { isHaskell } from '../editor/haskell';
import { files, workspace } from '../workspace/store';
import { programOf } from '../workspace/tree';

const usual = () => programOf([...files.value.keys()], workspace.value?.entry ?? null);

function summary(): string {
  const { entry, arguments: line, stdin } = options.value;
  const parts = [entry ?? usual() ?? 'the workspace’s main'];
  parts.push(splitArguments(line).length > 0 ? line.trim() : 'no arguments');
  parts.push(stdin ? 'given input' : 'typed input');
  return parts.join(' · ');
}

function Fields() {
  const now = options.value;
  return (
    <div class="option-fields">
      <label>
        Program
        <select value={now.entry ?? ''} onChange={(event) => setOptions({ entry: event.currentTarget.value || null })}>
          <option value="">{usual() === null ? 'found by itself' : `the workspace’s own (${usual()})`}</option>
          {[...files.value.keys()].filter(isHaskell).map((path) => (
            <option key={path} value={path}>
              {path}
            </option>
          ))}
        </select>
      </label>
      <label>
        Arguments
        <input
          value={now.arguments}
          placeholder={'--name "Ada Lovelace" 42'}
          spellcheck={false}
          onInput={(event) => setOptions({ arguments: event.currentTarget.value })}
        />
      </label>
      <label>
        Optimisation of “Run optimised”
        <select
          value={String(now.optimization ?? '')}
          onChange={({ currentTarget: { value } }) => setOptions({ optimization: value ? (Number(value) as Optimization) : null })}
        >
          <option value="">As the package says, else -O1</option>
          <option value="0">-O0: compiles quickest</option>
          <option value="1">-O1: the usual</option>
          <option value="2">-O2: compiles longest</option>
        </select>
      </label>
      <label>
        Standard input
        <textarea
          rows={3}
          value={now.stdin}
          placeholder="Empty: type it while the program runs"
          spellcheck={false}
          onInput={(event) => setOptions({ stdin: event.currentTarget.value })}
        />
      </label>
    </div>
  );
}

export function Options() {
  const [open, setOpen] = useState(false);
  return (
    <div class="options">
      <button class="options-head" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span class={`chevron ${open ? 'open' : ''}`} aria-hidden="true" />
        <span class="label">Run with</span> <span class="summary">{summary()}</span>
      </button>
      {open && <Fields />}
    </div>
  );
}
