// A search by name or type, as one types; with the documentation of the one that is chosen.

import { useEffect, useRef } from 'preact/hooks';
import { goToCode } from '../editor/places';
import { parseMarkdown } from '../language/markdown';
import { docBox, haskellCode } from '../language/markup';
import type { SearchResult } from '../protocol';
import { backToEditor } from '../shell/commands';
import { toast } from '../shell/toasts';
import { readOnly } from '../workspace/store';
import { addImport, asked, chosen, query, results, search, searching, why } from './state';

const HEADS = ['type', 'class', 'family'];

function declaration({ name, kind, type }: SearchResult): string {
  if (HEADS.includes(kind)) return type;
  const shown = /^[\w\p{L}]/u.test(name) ? name : `(${name})`;
  return type ? `${shown} :: ${type}` : shown;
}

/** Puts ready-made nodes into the page. */
function Nodes({ of, class: className }: { of: () => Node[]; class: string }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => place.current?.replaceChildren(...of()));
  return <div class={className} ref={place} />;
}

function open({ location }: SearchResult): void {
  if (!location) return;
  goToCode(location);
}

function use(found: SearchResult): void {
  if (found.location) open(found);
  else if (!readOnly.value) void addImport(found);
}

function copy(text: string): void {
  navigator.clipboard.writeText(text).then(
    () => toast('Copied.', 'ok'),
    () => toast('The browser does not let the page copy.', 'bad'),
  );
}

function Details({ found }: { found: SearchResult }) {
  const others = found.modules.filter((module) => module !== found.module);
  return (
    <article class="hoogle-about" aria-label={`About ${found.name}`}>
      <Nodes class="hoogle-code" of={() => [haskellCode(declaration(found))]} />
      <p class="muted">
        {found.package ? `${found.module} (${found.package})` : `${found.module}, in this workspace`}
        {others.length > 0 && `, also ${others.join(', ')}`}
      </p>
      <p class="hoogle-actions">
        {found.location ? (
          <button onClick={() => open(found)}>Go to it</button>
        ) : (
          <button disabled={readOnly.value} onClick={() => void addImport(found)}>
            Import it
          </button>
        )}
        <button class="quiet" onClick={() => copy(declaration(found))}>
          Copy
        </button>
      </p>
      {found.documentation ? (
        <Nodes class="hoogle-text" of={() => [docBox(parseMarkdown(found.documentation))]} />
      ) : (
        <p class="muted">It has no documentation.</p>
      )}
    </article>
  );
}

export default function HooglePane() {
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => field.current?.select(), [asked.value]);
  useEffect(() => list.current?.children[chosen.value]?.scrollIntoView({ block: 'nearest' }), [chosen.value]);
  const found = results.value;
  const pressed = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const one = found[chosen.value];
    if (step && found.length > 0) chosen.value = (chosen.value + step + found.length) % found.length;
    else if (event.key === 'Enter' && one) use(one);
    else if (event.key === 'Escape') backToEditor();
    else return;
    event.preventDefault();
  };
  const one = found[chosen.value];
  return (
    <div class="pane hoogle">
      <input
        ref={field}
        class="hoogle-query"
        role="combobox"
        aria-expanded={found.length > 0}
        aria-controls="hoogle-list"
        aria-activedescendant={one ? `hoogle-${chosen.value}` : undefined}
        aria-label="Search packages and workspace by name or type"
        placeholder="insertWith   or   (a -> b) -> [a] -> [b]   or   +containers foldr"
        spellcheck={false}
        autocomplete="off"
        value={query.value}
        onInput={(event) => search(event.currentTarget.value)}
        onKeyDown={pressed}
      />
      {found.length === 0 && (
        <p class="empty" role="status">
          {query.value.trim() === '' ? 'A name or a type finds what the packages of this toolchain and your modules define.' : searching.value ? 'Searching …' : why.value}
        </p>
      )}
      <ul id="hoogle-list" role="listbox" aria-label="Found definitions" class="hoogle-list" ref={list}>
        {found.map((each, index) => (
          <li
            key={index}
            id={`hoogle-${index}`}
            role="option"
            aria-selected={index === chosen.value}
            onClick={() => (chosen.value = index)}
            onDblClick={() => use(each)}
          >
            <code>
              <b>{each.name}</b> {HEADS.includes(each.kind) ? each.kind : each.type && `:: ${each.type}`}
            </code>
            <span class="muted">
              {each.module} {each.package && `· ${each.package}`}
            </span>
          </li>
        ))}
      </ul>
      {one && <Details found={one} />}
    </div>
  );
}
