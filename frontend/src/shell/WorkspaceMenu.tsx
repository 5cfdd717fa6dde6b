// λ and the workspace's name: switch, rename, share, take away.

import { useState } from 'preact/hooks';
import { archiveUrl, changeWorkspace, listWorkspaces, type Workspace } from '../api/workspaces';
import { user } from '../workspace/adopt';
import { readOnly, workspace } from '../workspace/store';
import { ask } from './question';
import { share } from './commands';
import { Menu } from './Menu';
import { toast } from './toasts';

async function rename(): Promise<void> {
  const now = workspace.value;
  const name = await ask('Name of the workspace', now?.name ?? '', 'Rename');
  if (!now || name === null) return;
  try {
    workspace.value = await changeWorkspace(now.id, { name });
    document.title = `${name} · Haskell`;
  } catch (error) {
    toast((error as Error).message, 'bad');
  }
}

function Own({ close }: { close: () => void }) {
  const id = workspace.value!.id;
  const then = (run: () => void) => () => {
    close();
    run();
  };
  return (
    <>
      <button onClick={then(() => void rename())}>Rename …</button>
      <button onClick={then(() => void share())}>Share a frozen copy</button>
      <a href={archiveUrl(id)} download onClick={close}>
        Download as zip
      </a>
      <hr />
    </>
  );
}

export function WorkspaceMenu() {
  const [others, setOthers] = useState<Workspace[]>([]);
  const now = workspace.value;
  const load = () => {
    if (user.value) listWorkspaces().then(setOthers, () => setOthers([]));
  };
  return (
    <Menu
      className="workspace-menu"
      title={`Workspace: ${now?.name ?? 'none'}`}
      kind="Workspace"
      onOpen={load}
      label={
        <>
          <span class="lambda" aria-hidden="true">
            λ
          </span>
          <span class="workspace-name">{now?.name ?? 'Haskell'}</span>
        </>
      }
    >
      {(close) => (
        <>
          {now?.id && !readOnly.value && <Own close={close} />}
          {others
            .filter((each) => each.id !== now?.id)
            .slice(0, 12)
            .map((each) => (
              <a key={each.id} href={`/w/${each.id}`}>
                {each.name}
              </a>
            ))}
          {user.value ? <a href="/workspaces">All workspaces …</a> : <a href="/">Start</a>}
        </>
      )}
    </Menu>
  );
}
