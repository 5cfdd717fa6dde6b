// What a narrow page has besides: a bar to switch parts, and keys that a phone lacks.

import { indent } from '../editor/settings';
import { insert } from '../editor/view';
import { errorCount, readOnly } from '../workspace/store';
import { runProgram } from './commands';
import { type Part, part } from './layout';

const PARTS: [Part, string][] = [
  ['files', 'Files'],
  ['code', 'Code'],
  ['output', 'Output'],
];
const KEYS: [string, string][] = [
  ['Tab', ''],
  ['::', ':: '],
  ['->', '-> '],
  ['<-', '<- '],
  ['=>', '=> '],
  ['=', '= '],
  ['$', '$ '],
  ['\\', '\\'],
  ['|', '| '],
  ['( )', '('],
  ['"', '"'],
];

/** The press must not take the keyboard away from the editor. */
const keep = (event: PointerEvent) => event.preventDefault();

export function KeysRow() {
  return (
    <div class="keys-row" role="toolbar" aria-label="Keys">
      {KEYS.map(([name, text]) => (
        <button key={name} onPointerDown={keep} onClick={() => insert(text || ' '.repeat(indent.value))}>
          {name}
        </button>
      ))}
    </div>
  );
}

export function BottomBar() {
  return (
    <nav class="bottom-bar" aria-label="Parts of the page">
      {PARTS.map(([name, title]) => (
        <button key={name} aria-pressed={part.value === name} onClick={() => (part.value = name)}>
          {title}
          {name === 'output' && errorCount.value > 0 && <span class="count bad">{errorCount.value}</span>}
        </button>
      ))}
      {!readOnly.value && (
        <button class="primary thumb" onClick={() => void runProgram('interpret')}>
          <span aria-hidden="true">▶</span> Run
        </button>
      )}
    </nav>
  );
}
