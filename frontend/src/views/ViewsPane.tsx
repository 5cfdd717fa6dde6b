// What GHC makes of the module in front, stage by stage.

import { useEffect } from 'preact/hooks';
import { plural } from '../lib/format';
import { download } from '../lib/download';
import { toast } from '../shell/toasts';
import { active } from '../workspace/opened';
import { CodeView } from './CodeView';
import { begin } from './lighting';
import {
  askedFor,
  asking,
  changed,
  failure,
  type Level,
  LEVELS,
  loadToolchains,
  look,
  nameOf,
  otherToolchains,
  shown,
  type Shown,
  STAGES,
  wanted,
} from './state';

const SUFFIX = { core: 'core.hs', stg: 'stg', cmm: 'cmm', asm: 's' };

function comparedWith(value: string): Level | string | null {
  if (value === '') return null;
  return LEVELS.find((level) => String(level) === value) ?? value;
}

function Comparison() {
  const { level, against: other } = wanted.value;
  useEffect(() => void loadToolchains(), []);
  return (
    <label>
      Compare with{' '}
      <select value={other === null ? '' : String(other)} onChange={({ currentTarget }) => void look({ against: comparedWith(currentTarget.value) })}>
        <option value="">nothing</option>
        {LEVELS.filter((each) => each !== level).map((each) => (
          <option key={each} value={each}>
            -O{each}
          </option>
        ))}
        {otherToolchains.value.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

function Switches() {
  const { stage, level, details } = wanted.value;
  return (
    <div class="switches">
      <span class="choices" role="group" aria-label="Stage">
        {STAGES.map(([name, title]) => (
          <button key={name} aria-pressed={name === stage} onClick={() => void look({ stage: name })}>
            {title}
          </button>
        ))}
      </span>
      <span class="choices" role="group" aria-label="Optimisation">
        {LEVELS.map((each) => (
          <button key={each} aria-pressed={each === level} onClick={() => void look({ level: each })}>
            -O{each}
          </button>
        ))}
      </span>
      <Comparison />
      <label title="Unfoldings, coercions, types that are applied, unique names and modules">
        <input type="checkbox" checked={details} onChange={({ currentTarget }) => void look({ details: currentTarget.checked })} /> All details
      </label>
    </div>
  );
}

function copy(text: string): void {
  navigator.clipboard.writeText(text).then(
    () => toast('Copied.', 'ok'),
    () => toast('The browser did not let it be copied.', 'bad'),
  );
}

function words({ path, wanted: { stage, level, against }, view, other }: Shown): string {
  const lines = plural(view.text === '' ? 0 : view.text.split('\n').length, 'line');
  const compared = typeof against === 'string' ? against : `-O${against ?? level}`;
  if (other?.text === view.text) return `${nameOf(stage)} of ${path} is the same with ${compared}.`;
  return `${nameOf(stage)} of ${path} at -O${level}, ${lines}${other ? `, beside ${compared}` : ''}${view.truncated ? ': the beginning, there is more' : ''}`;
}

/** What was last asked for is of an older text, or of another file than the one in front. */
const isOld = () => askedFor.value !== null && (changed.value || active.value?.path !== askedFor.value);

function State() {
  const now = shown.value;
  if (asking.value) {
    return (
      <p class="said" role="status">
        <span class="spinner" aria-hidden="true" /> GHC compiles …
      </p>
    );
  }
  if (!now && !isOld()) return null;
  return (
    <p class="said">
      {now && <span class="muted">{words(now)}</span>}
      {isOld() && (
        <button class="quiet" onClick={() => void look()}>
          {active.value?.path === askedFor.value ? 'The text has changed: look again' : 'Look at the file in front'}
        </button>
      )}
      {now && <Taking now={now} />}
    </p>
  );
}

function Taking({ now }: { now: Shown }) {
  return (
    <>
      <span class="spread" />
      <button class="quiet" onClick={() => copy(now.view.text)}>
        Copy
      </button>
      <button class="quiet" onClick={() => download(`${now.path.replaceAll('/', '.')}.O${now.wanted.level}.${SUFFIX[now.wanted.stage]}`, [now.view.text])}>
        Download
      </button>
    </>
  );
}

export default function ViewsPane() {
  const now = shown.value;
  useEffect(begin, []);
  return (
    <div class="pane views">
      <Switches />
      <State />
      {failure.value !== null && !asking.value && !isOld() && (
        <p class="refused" role="alert">
          {failure.value}
        </p>
      )}
      {now ? (
        <CodeView shown={now} />
      ) : (
        failure.value === null &&
        !asking.value && <p class="empty">Choose a stage to see what GHC makes of the file in front: lines light up with what became of them.</p>
      )}
    </div>
  );
}
