// The first visit: a running editor with an example. An account and a workspace are made at the first key or click.

import { useEffect, useState } from 'preact/hooks';
import { boot } from '../boot';
import { listWorkspaces } from '../api/workspaces';
import { Ide } from '../shell/Ide';
import { toast } from '../shell/toasts';
import { ensureWorkspace, user } from '../workspace/adopt';
import { readOnly } from '../workspace/store';
import { Banner } from './Banner';
import { Examples } from './Examples';
import { Fault } from './Fault';
import { showExample } from './example';

function wake(): void {
  ensureWorkspace().catch((error: unknown) => toast((error as Error).message, 'bad'));
}

async function load(): Promise<void> {
  if (user.value?.guest) {
    const latest = (await listWorkspaces())[0];
    if (latest) {
      location.replace(`/w/${latest.id}`);
      return;
    }
  }
  readOnly.value = !boot.guestsAllowed && !user.value;
  await showExample(boot.examples[0]?.slug ?? 'hello');
  if (readOnly.value) return;
  const editor = document.querySelector('.editor')!;
  editor.addEventListener('keydown', wake, { once: true });
  editor.addEventListener('pointerdown', wake, { once: true });
}

export function Landing() {
  const [fault, setFault] = useState<string | null>(null);
  useEffect(() => {
    load().catch((error: unknown) => setFault((error as Error).message));
  }, []);
  if (fault !== null) return <Fault text={fault} />;
  return <Ide banner={<Banner />} side={<Examples />} />;
}
