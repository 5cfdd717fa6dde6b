// What a narrow page has besides: a bar to switch parts, and keys that a phone lacks.

import { redo, undo } from '@codemirror/commands';
import { indent } from '../editor/settings';
import { editorView, insert } from '../editor/view';
import { errorCount, readOnly } from '../workspace/store';
import { programRuns, quickFixes, runProgram, showHover, stopProgram } from './commands';
import { type Part, part } from './layout';

const PARTS: [Part, string][] = [
  ['files', 'Files'],
  ['code', 'Code'],
  ['output', 'Output'],
];
interface Key { sign: string; name: string; press: () => void }

const typed = (sign: string, text = `${sign} `): Key => ({ sign, name: sign, press: () => insert(text) });
const pair = (open: string, close: string): Key => ({ sign: `${open} ${close}`, name: `${open}${close}`, press: () => insert(open + close, close.length) });
const inView = (act: typeof undo) => () => {
  const view = editorView();
  if (view) act(view);
};

const KEYS: readonly Key[] = [
  { sign: 'Tab', name: 'Tab', press: () => insert(' '.repeat(indent.value)) },
  typed('::'),
  typed('->'),
  typed('<-'),
  typed('$'),
  typed('\\', '\\'),
  typed('|'),
  typed('=>'),
  typed('='),
  pair('(', ')'),
  pair('[', ']'),
  pair('"', '"'),
  { sign: '↶', name: 'Undo', press: inView(undo) },
  { sign: '↷', name: 'Redo', press: inView(redo) },
  { sign: 'type?', name: 'Type at the cursor', press: showHover },
  { sign: 'fix', name: 'Quick fixes', press: quickFixes },
];

/** The press must not take the keyboard away from the editor. */
const keep = (event: PointerEvent) => event.preventDefault();

export function KeysRow() {
  return (
    <div class="keys-row" role="toolbar" aria-label="Keys">
      {KEYS.map(({ sign, name, press }) => (
        <button key={name} aria-label={name} onPointerDown={keep} onClick={press}>
          {sign}
        </button>
      ))}
    </div>
  );
}

/** The button under the thumb: it runs, and stops what runs. */
function Thumb() {
  if (programRuns()) {
    return (
      <button class="thumb stop" onClick={stopProgram}>
        <span aria-hidden="true">■</span> Stop
      </button>
    );
  }
  return (
    <button class="primary thumb" onClick={() => void runProgram('interpret')}>
      <span aria-hidden="true">▶</span> Run
    </button>
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
      {!readOnly.value && <Thumb />}
    </nav>
  );
}
