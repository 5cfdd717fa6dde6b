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

export function Help() {
  return (
    <div class="help">
      <h2>Keys</h2>
      <div class="help-columns">
        <dl>
          {actions
            .filter(isHelped)
            .map((action) => (
              <div key={action.id}>
                <dt>{action.title}</dt>
                <dd>
                  <kbd>{keyLabel(action.keys!)}</kbd>
                  {action.id === 'palette' && <kbd>F1</kbd>}
                </dd>
              </div>
            ))}
        </dl>
        <dl>
          {EDITOR_KEYS.map(([title, keys]) => (
            <div key={title}>
              <dt>{title}</dt>
              <dd>
                <kbd>{/^(Mod|Alt|Ctrl)-/.test(keys) ? keyLabel(keys) : keys}</kbd>
              </dd>
            </div>
          ))}
        </dl>
      </div>
      <p class="muted">
        <b>Run</b> interprets at once; <b>Run optimised</b> compiles first and computes much faster. Everything you type is
        saved by itself. Programs run in a locked container without a network.
      </p>
      <button class="primary" onClick={closeDialog} autofocus>
        Close
      </button>
    </div>
  );
}
