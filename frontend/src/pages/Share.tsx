// A frozen copy of somebody's workspace: to read, and to fork.

import { useEffect, useState } from 'preact/hooks';
import { becomeGuest, forkShare, getShare } from '../api/service';
import { boot } from '../boot';
import { Ide } from '../shell/Ide';
import { toast } from '../shell/toasts';
import { user } from '../workspace/adopt';
import { readOnly } from '../workspace/store';
import { Fault } from './Fault';
import { showFiles } from './example';

async function fork(): Promise<void> {
  try {
    if (!user.value) {
      if (!boot.guestsAllowed) {
        location.assign(`/accounts/login/?next=${encodeURIComponent(location.pathname)}`);
        return;
      }
      await becomeGuest();
    }
    const made = await forkShare(boot.slug ?? '');
    location.assign(`/w/${made.id}`);
  } catch (error) {
    toast((error as Error).message, 'bad');
  }
}

async function load(): Promise<void> {
  readOnly.value = true;
  const share = await getShare(boot.slug ?? '');
  document.title = `${share.name} · Haskell`;
  showFiles(share.files, share.name, share.toolchain, share.entry);
}

export function Share() {
  const [fault, setFault] = useState<string | null>(null);
  useEffect(() => {
    load().catch((error: unknown) => setFault((error as Error).message));
  }, []);
  if (fault !== null) return <Fault text={fault} />;
  return (
    <Ide
      banner={
        <aside class="banner" aria-label="Shared copy">
          <span>A shared copy, to read. Fork it to change and run it.</span>
          <button class="primary" onClick={() => void fork()}>
            Fork
          </button>
        </aside>
      }
    />
  );
}
