import { closeDocument, openDocument } from '../workspace/documents';
import { activePath, getDocument, openPaths } from '../workspace/opened';
import { problems } from '../workspace/store';
import { baseName } from '../workspace/tree';
import { focusEditor } from './view';

const WORDS = { saved: '', saving: 'being saved', waiting: 'kept here, sent when there is a connection' };

function Tab({ path, twin }: { path: string; twin: boolean }) {
  const doc = getDocument(path);
  const saved = doc?.saved.value ?? 'saved';
  const errors = (problems.value.get(path) ?? []).some((each) => each.severity === 1);
  const current = activePath.value === path;
  const open = () => void openDocument(path).then(focusEditor);
  return (
    <div class={`tab ${current ? 'current' : ''} ${errors ? 'wrong' : ''}`} onAuxClick={(event) => event.button === 1 && closeDocument(path)}>
      <button role="tab" aria-selected={current} title={path} class="tab-name" onClick={open}>
        {twin ? path : baseName(path)}
        {saved !== 'saved' && <span class={`dot ${saved}`} title={WORDS[saved]} aria-label={WORDS[saved]} role="img" />}
      </button>
      <button class="tab-close icon" aria-label={`Close ${path}`} onClick={() => closeDocument(path)}>
        ×
      </button>
    </div>
  );
}

export function Tabs() {
  const paths = openPaths.value;
  const names = paths.map(baseName);
  return (
    <div class="tabs" role="tablist" aria-label="Open files">
      {paths.map((path) => (
        <Tab key={path} path={path} twin={names.filter((name) => name === baseName(path)).length > 1} />
      ))}
    </div>
  );
}
