// One box for all actions, all files and all symbols.

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { workspaceSymbols } from '../language/symbols';
import { rank } from '../lib/fuzzy';
import { type Choice, choices, type Kind, LABELS, lineChoices, noteOfPlace, PLACEHOLDERS, readQuery, symbolChoice } from './choices';
import { closeDialog } from './overlay';

/** The symbols of the workspace are asked for with each key. */
function useAsked(kind: Kind, text: string): Choice[] {
  const [found, setFound] = useState<Choice[]>([]);
  useEffect(() => {
    if (kind !== 'workspace') return;
    let isNewest = true;
    void workspaceSymbols(text).then((symbols) => {
      if (!isNewest) return;
      setFound(
        symbols.map(({ name, kind: sort, location, containerName }, index) =>
          symbolChoice({ name, kind: sort, note: noteOfPlace(location.uri, containerName), ...location }, index),
        ),
      );
    });
    return () => void (isNewest = false);
  }, [kind, text]);
  return found;
}

export function Palette({ kind: first }: { kind: Kind }) {
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const { kind, text } = readQuery(first, query);
  const items = useMemo(() => choices(kind), [kind]);
  const asked = useAsked(kind, text);
  const found = kind === 'workspace' ? asked : kind === 'line' ? lineChoices(text) : rank(text, items, (item) => item.title);
  useEffect(() => list.current?.children[at]?.scrollIntoView({ block: 'nearest' }), [at]);

  const choose = (item: Choice | undefined) => {
    closeDialog();
    item?.run();
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') setAt((at + 1) % Math.max(1, found.length));
    else if (event.key === 'ArrowUp') setAt((at - 1 + found.length) % Math.max(1, found.length));
    else if (event.key === 'Enter') choose(found[at]);
    else return;
    event.preventDefault();
  };
  return (
    <div class="palette" onKeyDown={pressed}>
      <input
        autofocus
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={found[at] ? `palette-${at}` : undefined}
        aria-label={LABELS[first]}
        placeholder={PLACEHOLDERS[first]}
        value={query}
        onInput={(event) => {
          setQuery(event.currentTarget.value);
          setAt(0);
        }}
      />
      <ul id="palette-list" role="listbox" ref={list}>
        {found.map((item, index) => (
          <li
            key={item.id}
            id={`palette-${index}`}
            role="option"
            aria-selected={index === at}
            onPointerMove={() => setAt(index)}
            onClick={() => choose(item)}
          >
            <span class="choice-title">{item.title}</span>
            {item.note && <span class="choice-note">{item.note}</span>}
            {item.keys && <kbd>{item.keys}</kbd>}
          </li>
        ))}
        {found.length === 0 && <li class="empty">{kind === 'line' ? 'Type a number.' : 'Nothing has this name.'}</li>}
      </ul>
    </div>
  );
}
