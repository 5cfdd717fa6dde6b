import { keyLabel } from '../lib/platform';
import { user } from '../workspace/adopt';
import { workspace } from '../workspace/store';
import { openDialog } from './overlay';
import { Quota } from './QuotaMenu';
import { RunButtons } from './RunButtons';
import { Status } from './Status';
import { ToolchainMenu } from './ToolchainMenu';
import { WhoMenu } from './WhoMenu';
import { WorkspaceMenu } from './WorkspaceMenu';

export function TopBar() {
  return (
    <header class="top-bar">
      <h1 class="unseen">{workspace.value?.name ?? 'Haskell IDE'}</h1>
      <WorkspaceMenu />
      <RunButtons />
      <span class="grow" />
      <ToolchainMenu />
      <Status />
      {user.value && <Quota />}
      <button class="wide-only palette-button" title="All actions" onClick={() => openDialog('palette')}>
        <kbd>{keyLabel('Mod-k')}</kbd>
      </button>
      <WhoMenu />
    </header>
  );
}
