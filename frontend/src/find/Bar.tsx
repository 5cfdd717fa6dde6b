// Find and replace in the file in front, above the code.

import {
  closeSearchPanel, findNext, findPrevious, getSearchQuery, replaceAll, replaceNext, SearchQuery, selectMatches, setSearchQuery,
} from '@codemirror/search';
import { type EditorView, type Panel, runScopeHandlers, type ViewUpdate } from '@codemirror/view';
import { type Signal, signal } from '@preact/signals';
import { render } from 'preact';
import { useRef } from 'preact/hooks';
import { keyLabel } from '../lib/platform';
import { findEverywhere } from './asked';
import { type Count, countMatches, countWords } from './count';
import { Toggles } from './Toggles';

const PAUSE_MS = 60;
const replaceShown = signal(false);

interface Props { view: EditorView; query: Signal<SearchQuery>; count: Signal<Count> }

function Bar({ view, query, count }: Props) {
  const second = useRef<HTMLInputElement>(null);
  const now = query.value;
  const change = (to: Partial<Pick<SearchQuery, 'search' | 'replace' | 'caseSensitive' | 'regexp' | 'wholeWord'>>) => {
    const { search, replace, caseSensitive, regexp, wholeWord } = now;
    view.dispatch({ effects: setSearchQuery.of(new SearchQuery({ search, replace, caseSensitive, regexp, wholeWord, ...to })) });
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (event.key === 'Enter' && event.target === second.current) replaceNext(view);
    else if (event.key === 'Enter' && event.altKey) selectMatches(view);
    else if (event.key === 'Enter') (event.shiftKey ? findPrevious : findNext)(view);
    else if (!runScopeHandlers(view, event, 'search-panel')) return;
    event.preventDefault();
  };
  return (
    <div class="find-bar" role="search" aria-label="Find in the file" onKeyDown={pressed}>
      {!view.state.readOnly && (
        <button class="icon" aria-expanded={replaceShown.value} aria-label="Replace, too" title="Replace, too" onClick={() => (replaceShown.value = !replaceShown.value)}>
          <span class={`chevron ${replaceShown.value ? 'open' : ''}`} aria-hidden="true" />
        </button>
      )}
      <div class="find-rows">
        <div class="find-row">
          <input
            {...{ 'main-field': 'true' }}
            class={now.search && !now.valid ? 'wrong' : ''}
            value={now.search}
            placeholder="Find"
            aria-label="Find"
            spellcheck={false}
            autocapitalize="off"
            onInput={(event) => change({ search: event.currentTarget.value })}
          />
          <Toggles
            on={{ caseSensitive: now.caseSensitive, word: now.wholeWord, regexp: now.regexp }}
            change={({ word, ...to }) => change(word === undefined ? to : { wholeWord: word })}
          />
          <span class="find-count numbers" role="status">
            {countWords(now, count.value)}
          </span>
          <button class="icon" aria-label="Previous match" title={`Previous match (${keyLabel('Shift-Enter')})`} onClick={() => findPrevious(view)}>
            ↑
          </button>
          <button class="icon" aria-label="Next match" title={`Next match (${keyLabel('Enter')})`} onClick={() => findNext(view)}>
            ↓
          </button>
          <button class="quiet find-files" title={`Find in all files (${keyLabel('Shift-Mod-f')})`} onClick={() => findEverywhere(now.search)}>
            All files
          </button>
          <button class="icon" aria-label="Close the search" title="Close (Escape)" onClick={() => closeSearchPanel(view)}>
            ×
          </button>
        </div>
        {replaceShown.value && !view.state.readOnly && (
          <div class="find-row">
            <input
              ref={second}
              value={now.replace}
              placeholder="Replace with"
              aria-label="Replace with"
              spellcheck={false}
              autocapitalize="off"
              onInput={(event) => change({ replace: event.currentTarget.value })}
            />
            <button class="quiet" onClick={() => replaceNext(view)}>
              Replace
            </button>
            <button class="quiet" onClick={() => replaceAll(view)}>
              Replace all
            </button>
          </div>
        )}
      </div>
    </div>
  );
}

const changes = (update: ViewUpdate) =>
  update.docChanged || update.selectionSet || update.transactions.some((each) => each.effects.some((effect) => effect.is(setSearchQuery)));

export function findPanel(view: EditorView): Panel {
  const dom = document.createElement('div');
  const query = signal(getSearchQuery(view.state));
  const count = signal(countMatches(view.state, query.peek()));
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = () => (count.value = query.peek().valid ? countMatches(view.state, query.peek()) : { total: 0, at: null, more: false });
  render(<Bar view={view} query={query} count={count} />, dom);
  return {
    dom,
    top: true,
    mount: () => dom.querySelector<HTMLInputElement>('[main-field]')?.select(),
    update: (update) => {
      if (!changes(update)) return;
      query.value = getSearchQuery(update.state);
      clearTimeout(timer);
      timer = setTimeout(look, PAUSE_MS);
    },
    destroy: () => {
      clearTimeout(timer);
      render(null, dom);
    },
  };
}

/** Shows the second field, too. */
export const showReplace = () => (replaceShown.value = true);
