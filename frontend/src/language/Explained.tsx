// What a code of GHC's means, as the server explains it.

import { signal } from '@preact/signals';
import { closeDialog, openDialog } from '../shell/overlay';
import type { Explanation } from '../protocol';

const explanation = signal<Explanation | null>(null);

export function showExplanation(found: Explanation): void {
  explanation.value = found;
  openDialog('explained');
}

export function Explained() {
  const found = explanation.value;
  if (!found) return null;
  return (
    <div class="explained">
      <h2>
        {found.title} <code class="muted">{found.code}</code>
      </h2>
      <p>{found.text}</p>
      <p>
        <a href={found.url} target="_blank" rel="noopener noreferrer">
          Examples in the Haskell error index
        </a>
      </p>
      <button class="primary" onClick={closeDialog} autofocus>
        Close
      </button>
    </div>
  );
}
