import { goToCode } from '../editor/places';
import { blocks } from '../lib/blocks';
import { outlineShown } from '../shell/layout';
import { signOf } from './kinds';
import type { Entry } from './answers';
import { hasOutline, outline } from './symbols';

/** The browser lays out and paints the blocks in sight: all rows of a long file at once made each key slow. */
const BLOCK = 50;

function Row({ entry }: { entry: Entry }) {
  const [letter, word] = signOf(entry.kind);
  const open = () => {
    goToCode(entry);
  };
  return (
    <div role="listitem">
      <button style={{ '--depth': entry.depth }} title={`${word} ${entry.name}${entry.detail ? ` :: ${entry.detail}` : ''}`} onClick={open}>
        <span class={`symbol-sign kind-${word}`} aria-hidden="true">
          {letter}
        </span>
        <span class="name">{entry.name}</span>
      </button>
    </div>
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
        <div role="list">
          {blocks(entries, BLOCK).map((block, at) => (
            <div key={at} class="outline-block" role="none" style={{ '--rows': block.length }}>
              {block.map((entry, index) => (
                <Row key={index} entry={entry} />
              ))}
            </div>
          ))}
        </div>
      )}
    </nav>
  );
}
