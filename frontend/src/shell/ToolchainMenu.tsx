import { useEffect, useState } from 'preact/hooks';
import { listToolchains, type Toolchain } from '../api/service';
import { changeWorkspace } from '../api/workspaces';
import { plural } from '../lib/format';
import { readOnly, workspace } from '../workspace/store';
import { Menu } from './Menu';
import { toast } from './toasts';

async function choose(name: string): Promise<void> {
  const now = workspace.value;
  if (!now || now.toolchain === name) return;
  try {
    workspace.value = await changeWorkspace(now.id, { toolchain: name });
    toast(`The workspace now uses ${name}; the session starts anew.`, 'ok');
  } catch (error) {
    toast((error as Error).message, 'bad');
  }
}

function Packages({ toolchain }: { toolchain: Toolchain }) {
  const [query, setQuery] = useState('');
  const all = Object.entries(toolchain.packages);
  const found = all.filter(([name]) => name.toLowerCase().includes(query.toLowerCase()));
  return (
    <div class="packages">
      <input
        type="search"
        placeholder={`Find in ${plural(all.length, 'package')}`}
        aria-label="Find a package"
        value={query}
        onInput={(event) => setQuery(event.currentTarget.value)}
      />
      <ul tabIndex={0} aria-label={`Packages of ${toolchain.name}`}>
        {found.map(([name, version]) => (
          <li key={name}>
            <code>{name}</code> <span class="muted">{version}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

export function ToolchainMenu() {
  const [known, setKnown] = useState<Toolchain[]>([]);
  const current = workspace.value?.toolchain ?? '';
  const load = () => {
    if (known.length === 0) listToolchains().then(setKnown, (error: unknown) => toast((error as Error).message, 'bad'));
  };
  useEffect(() => setKnown([]), [current]);
  const inUse = known.find((each) => each.name === current);
  return (
    <Menu className="toolchain" align="right" title={`Toolchain: ${current}`} label={<span>{current || 'GHC'}</span>} onOpen={load}>
      {(close) => (
        <>
          {known.map((each) => (
            <button
              key={each.name}
              disabled={readOnly.value}
              class={each.name === current ? 'chosen' : ''}
              onClick={() => {
                close();
                void choose(each.name);
              }}
            >
              {each.name} <span class="muted">GHC {each.ghc}</span>
            </button>
          ))}
          {inUse && <Packages toolchain={inUse} />}
        </>
      )}
    </Menu>
  );
}
