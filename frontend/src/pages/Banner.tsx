import { signal } from '@preact/signals';
import { recall, remember } from '../lib/storage';
import { workspace } from '../workspace/store';

const closed = signal(recall('banner-closed', false, 'session'));

function close(): void {
  closed.value = true;
  remember('banner-closed', true, 'session');
}

/** What a visitor should know, in a line. */
export function Banner() {
  if (closed.value) return null;
  const next = workspace.value?.id ? `/w/${workspace.value.id}` : '/';
  return (
    <aside class="banner" aria-label="Welcome">
      <span>
        <b>Haskell in your browser.</b> Real GHC, an answer at every key. Change the program and press Run.
      </span>
      <a href={`/accounts/signup/?next=${encodeURIComponent(next)}`}>Sign up to keep it</a>
      <button class="icon" aria-label="Close" onClick={close}>
        ×
      </button>
    </aside>
  );
}
