// The examples beside a visitor's editor: one click opens another.

import { signal } from '@preact/signals';
import { boot } from '../boot';
import { createWorkspace } from '../api/workspaces';
import { toast } from '../shell/toasts';
import { ensureWorkspace, landingExample } from '../workspace/adopt';
import { workspace } from '../workspace/store';
import { showExample } from './example';

const busy = signal<string | null>(null);

async function choose(slug: string, title: string): Promise<void> {
  busy.value = slug;
  try {
    if (!workspace.value?.id) {
      await showExample(slug);
    } else {
      await ensureWorkspace();
      const made = await createWorkspace({ name: title, example: slug });
      location.assign(`/w/${made.id}`);
    }
  } catch (error) {
    toast((error as Error).message, 'bad');
  } finally {
    busy.value = null;
  }
}

export function Examples() {
  if (boot.examples.length === 0) return null;
  return (
    <nav class="examples" aria-label="Examples">
      <div class="side-head">
        <h2>Examples</h2>
      </div>
      <ul>
        {boot.examples.map(({ slug, title, summary }) => (
          <li key={slug}>
            <button
              title={summary}
              aria-current={landingExample.value?.slug === slug}
              aria-busy={busy.value === slug}
              onClick={() => void choose(slug, title)}
            >
              {title}
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}
