// One box for all actions, and one for all files.

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { focusEditor } from '../editor/view';
import { rank } from '../lib/fuzzy';
import { keyLabel } from '../lib/platform';
import { openDocument } from '../workspace/documents';
import { files } from '../workspace/store';
import { available } from './actions';
import { closeDialog } from './overlay';
import { part } from './layout';

interface Item { id: string; title: string; keys: string; run: () => void }

function actionItems(): Item[] {
  return available()
    .filter((action) => !action.id.startsWith('palette'))
    .map((action) => ({ id: action.id, title: action.title, keys: action.keys ? keyLabel(action.keys) : '', run: action.run }));
}

function fileItems(): Item[] {
  const open = (path: string) => {
    part.value = 'code';
    void openDocument(path).then(focusEditor);
  };
  return [...files.value.keys()].sort().map((path) => ({ id: path, title: path, keys: '', run: () => open(path) }));
}

export function Palette({ kind }: { kind: 'palette' | 'files' }) {
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const items = useMemo(() => (kind === 'files' ? fileItems() : actionItems()), [kind]);
  const found = rank(query, items, (item) => item.title);
  useEffect(() => list.current?.children[at]?.scrollIntoView({ block: 'nearest' }), [at]);

  const choose = (item: Item | undefined) => {
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
        aria-label={kind === 'files' ? 'Go to a file' : 'Find an action'}
        placeholder={kind === 'files' ? 'Go to a file' : 'Find an action'}
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
            <span>{item.title}</span>
            {item.keys && <kbd>{item.keys}</kbd>}
          </li>
        ))}
        {found.length === 0 && <li class="empty">Nothing has this name.</li>}
      </ul>
    </div>
  );
}

