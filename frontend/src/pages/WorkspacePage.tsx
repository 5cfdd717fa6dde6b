import { useEffect, useState } from 'preact/hooks';
import { boot } from '../boot';
import { getWorkspace } from '../api/workspaces';
import { focusEditor } from '../editor/view';
import { Ide } from '../shell/Ide';
import { user, workspaceComes } from '../workspace/adopt';
import { openUsual } from '../workspace/documents';
import { connect } from '../workspace/session';
import { files, showWorkspace, workspace } from '../workspace/store';
import { mainFile } from '../workspace/tree';
import { Banner } from './Banner';
import { Examples } from './Examples';
import { Fault } from './Fault';

async function fetchWorkspace(): Promise<void> {
  const found = await getWorkspace(boot.workspaceId ?? '');
  showWorkspace(found);
  document.title = `${found.name} · Haskell`;
  connect();
}

async function load(): Promise<void> {
  await workspaceComes(fetchWorkspace());
  await openUsual(mainFile([...files.value.keys()], workspace.value?.entry ?? null));
  focusEditor();
}

export function WorkspacePage() {
  const [fault, setFault] = useState<string | null>(null);
  useEffect(() => {
    load().catch((error: unknown) => setFault((error as Error).message));
  }, []);
  if (fault !== null) return <Fault text={fault} />;
  if (!user.value?.guest) return <Ide />;
  return <Ide banner={<Banner />} side={<Examples />} />;
}
