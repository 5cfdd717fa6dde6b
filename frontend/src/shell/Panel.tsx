// The right side: output, terminal, problems, REPL. A pane that was looked at stays in the page.

import { useEffect } from 'preact/hooks';
import { debugging } from '../debug/state';
import { hasInsight } from '../insight/state';
import { Problems } from '../output/Problems';
import { References } from '../language/References';
import { references } from '../language/references';
import { Everywhere } from '../find/Everywhere';
import { offered as found } from '../find/everywhere';
import { OutputPane } from '../output/OutputPane';
import { TerminalPane } from '../terminal/TerminalPane';
import { errorCount, problemCount, readOnly } from '../workspace/store';
import { Later } from './Later';
import { showTab, tab, type Tab, visited } from './layout';

const TABS: [Tab, string][] = [
  ['output', 'Output'],
  ['terminal', 'Terminal'],
  ['problems', 'Problems'],
  ['repl', 'REPL'],
  ['references', 'Uses'],
  ['find', 'Find'],
  ['debug', 'Debugger'],
  ['insight', 'Insight'],
  ['hoogle', 'Hoogle'],
  ['matrix', 'Toolchains'],
  ['views', 'Compiled'],
];

const matrixPane = () => import('../matrix/MatrixPane').then((loaded) => loaded.default);
const viewsPane = () => import('../views/ViewsPane').then((loaded) => loaded.default);
const hooglePane = () => import('../hoogle/HooglePane').then((loaded) => loaded.default);
const debugPane = () => import('../debug/DebugPane').then((loaded) => loaded.default);
const insightPane = () => import('../insight/InsightPane').then((loaded) => loaded.default);

function isOffered(name: Tab): boolean {
  switch (name) {
    case 'output':
    case 'problems':
      return true;
    case 'references':
      return references.value !== null;
    case 'find':
      return found.value;
    case 'insight':
      return hasInsight.value;
    case 'hoogle':
      return visited.value.has('hoogle');
    case 'debug':
      return !readOnly.value && (visited.value.has('debug') || debugging.value !== null);
    case 'matrix':
    case 'views':
      return visited.value.has(name);
    case 'terminal':
    case 'repl':
      return !readOnly.value;
  }
}

/** Where nothing can run there is no terminal; some are there once there is something in them. */
const offered = () => TABS.filter(([name]) => isOffered(name));

function Pane({ name }: { name: Tab }) {
  switch (name) {
    case 'output':
      return <OutputPane />;
    case 'problems':
      return <Problems />;
    case 'references':
      return <References />;
    case 'find':
      return <Everywhere />;
    case 'insight':
      return <Later load={insightPane} />;
    case 'debug':
      return <Later load={debugPane} />;
    case 'matrix':
      return <Later load={matrixPane} />;
    case 'views':
      return <Later load={viewsPane} />;
    case 'hoogle':
      return <Later load={hooglePane} />;
    case 'terminal':
    case 'repl':
      return <TerminalPane kind={name} />;
  }
}

function step(event: KeyboardEvent): void {
  const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
  if (by === 0) return;
  const tabs = offered();
  const at = tabs.findIndex(([name]) => name === tab.value);
  const [next] = tabs[(at + by + tabs.length) % tabs.length]!;
  showTab(next);
  document.getElementById(`tab-${next}`)?.focus();
  event.preventDefault();
}

export function Panel() {
  const selected = tab.value;
  useEffect(() => document.getElementById(`tab-${selected}`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' }), [selected]);
  return (
    <section class="panel" aria-label="Output and tools">
      <div class="panel-tabs" role="tablist" onKeyDown={step}>
        {offered().map(([name, title]) => (
          <button
            key={name}
            id={`tab-${name}`}
            role="tab"
            aria-selected={tab.value === name}
            aria-controls={`pane-${name}`}
            tabIndex={tab.value === name ? 0 : -1}
            onClick={() => showTab(name)}
          >
            {title}
            {name === 'problems' && problemCount.value > 0 && (
              <span class={`count ${errorCount.value > 0 ? 'bad' : 'warn'}`}>{problemCount.value}</span>
            )}
          </button>
        ))}
      </div>
      {TABS.filter(([name]) => visited.value.has(name)).map(([name]) => (
        <div key={name} id={`pane-${name}`} class="pane-place" role="tabpanel" aria-labelledby={`tab-${name}`} hidden={tab.value !== name}>
          <Pane name={name} />
        </div>
      ))}
    </section>
  );
}
