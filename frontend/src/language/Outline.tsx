import { goTo } from '../editor/view';
import { outlineShown, part } from '../shell/layout';
import { signOf } from './kinds';
import type { Entry } from './answers';
import { hasOutline, outline } from './symbols';

function Row({ entry }: { entry: Entry }) {
  const [letter, word] = signOf(entry.kind);
  const open = () => {
    part.value = 'code';
    void goTo(entry);
  };
  return (
    <li>
      <button style={{ '--depth': entry.depth }} title={`${word} ${entry.name}${entry.detail ? ` :: ${entry.detail}` : ''}`} onClick={open}>
        <span class={`symbol-sign kind-${word}`} aria-hidden="true">
          {letter}
        </span>
        <span class="name">{entry.name}</span>
      </button>
    </li>
  );
}

/** What the file in front defines, under the files. */
export function Outline() {
  if (!hasOutline.value) return null;
  const entries = outline.value ?? [];
  return (
    <nav class={`outline ${outlineShown.value ? 'open' : ''}`} aria-label="Outline">
      <button class="side-head side-toggle" aria-expanded={outlineShown.value} onClick={() => (outlineShown.value = !outlineShown.value)}>
        <span class={`chevron ${outlineShown.value ? 'open' : ''}`} aria-hidden="true" />
        <h2>Outline</h2>
      </button>
      {outlineShown.value && entries.length === 0 && <p class="outline-empty muted">Nothing is defined here yet.</p>}
      {outlineShown.value && (
        <ul>
          {entries.map((entry, index) => (
            <Row key={index} entry={entry} />
          ))}
        </ul>
      )}
    </nav>
  );
}
