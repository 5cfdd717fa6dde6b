import { keyLabel } from '../lib/platform';
import { type Action, actions } from './actions';
import { closeDialog } from './overlay';

const EDITOR_KEYS: [string, string][] = [
  ['Select the next occurrence', 'Mod-D'],
  ['Comment on or off', 'Mod-/'],
  ['Move the line', 'Alt-↑ ↓'],
  ['Undo', 'Mod-Z'],
  ['Complete the name', 'Ctrl-Space'],
  ['Leave the editor with the keyboard', 'Escape, then Tab'],
];

/** Each action once, with its first keys; what the language server cannot do is not told. */
const isHelped = ({ id, keys, when }: Action) =>
  !!keys && !id.startsWith('palette-') && (id === 'stop' || (when?.() ?? true));

function Entry({ title, keys }: { title: string; keys: readonly string[] }) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>
        {keys.map((each) => (
          <kbd key={each}>{each}</kbd>
        ))}
      </dd>
    </div>
  );
}

export function Help() {
  return (
    <div class="help">
      <div class="help-head">
        <h2>Keys</h2>
        <button class="icon" aria-label="Close" onClick={closeDialog} autofocus>
          ×
        </button>
      </div>
      <dl class="help-columns">
        {actions.filter(isHelped).map((action) => (
          <Entry key={action.id} title={action.title} keys={[keyLabel(action.keys!), ...(action.id === 'palette' ? ['F1'] : [])]} />
        ))}
        {EDITOR_KEYS.map(([title, keys]) => (
          <Entry key={title} title={title} keys={[/^(Mod|Alt|Ctrl)-/.test(keys) ? keyLabel(keys) : keys]} />
        ))}
      </dl>
      <p class="muted">
        <b>Run</b> interprets at once; <b>Run optimised</b> compiles first and computes much faster. Everything you type is
        saved by itself. Programs run in a locked container without a network.
      </p>
    </div>
  );
}
