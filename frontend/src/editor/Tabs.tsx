import { useEffect, useRef } from 'preact/hooks';
import { closeDocument, openDocument } from '../workspace/documents';
import { activePath, getDocument, openPaths } from '../workspace/opened';
import { problems } from '../workspace/store';
import { baseName } from '../workspace/tree';
import { focusEditor } from './view';

const WORDS = { saved: '', saving: 'being saved', waiting: 'kept here, sent when there is a connection' };

/** The arrows go from tab to tab, Delete closes one. */
function step(event: KeyboardEvent): void {
  const tabs = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>('[role=tab]')];
  const at = tabs.indexOf(event.target as HTMLElement);
  if (at < 0) return;
  const steps: Partial<Record<string, number>> = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: -1 };
  const next = steps[event.key];
  if (next !== undefined) tabs.at(next % tabs.length)!.focus();
  else if (event.key === 'Delete') {
    (tabs[at + 1] ?? tabs[at - 1])?.focus();
    closeDocument(openPaths.value[at]!);
  } else return;
  event.preventDefault();
}

function Tab({ path, twin }: { path: string; twin: boolean }) {
  const doc = getDocument(path);
  const saved = doc?.saved.value ?? 'saved';
  const errors = (problems.value.get(path) ?? []).some((each) => each.severity === 1);
  const current = activePath.value === path;
  const open = () => void openDocument(path).then(focusEditor);
  return (
    <div class={`tab ${current ? 'current' : ''} ${errors ? 'wrong' : ''}`} onAuxClick={(event) => event.button === 1 && closeDocument(path)}>
      <button role="tab" aria-selected={current} tabIndex={current ? 0 : -1} title={path} aria-keyshortcuts="Delete" class="tab-name" onClick={open}>
        {twin ? path : baseName(path)}
        {saved !== 'saved' && <span class={`dot ${saved}`} title={WORDS[saved]} aria-label={WORDS[saved]} role="img" />}
      </button>
      {/* For the mouse: a list of tabs has nothing but tabs in it. */}
      <button class="tab-close icon" aria-hidden tabIndex={-1} title="Close" onClick={() => closeDocument(path)}>
        ×
      </button>
    </div>
  );
}

export function Tabs() {
  const paths = openPaths.value;
  const names = paths.map(baseName);
  const current = activePath.value;
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => list.current?.querySelector('.current')?.scrollIntoView({ block: 'nearest', inline: 'nearest' }), [current]);
  return (
    <div class="tabs" role="tablist" aria-label="Open files" ref={list} onKeyDown={step}>
      {paths.map((path) => (
        <Tab key={path} path={path} twin={names.filter((name) => name === baseName(path)).length > 1} />
      ))}
    </div>
  );
}
