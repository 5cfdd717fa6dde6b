// All workspaces of the user.

import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { boot } from '../boot';
import {
  changeWorkspace, createWorkspace, deleteWorkspace, importWorkspace, listWorkspaces, type NewWorkspace, type Workspace,
} from '../api/workspaces';
import { ago } from '../lib/format';
import { Ask } from '../shell/Ask';
import { ask } from '../shell/question';
import { Messages } from '../shell/Messages';
import { toast } from '../shell/toasts';
import { doLater } from '../shell/undo';
import { WhoMenu } from '../shell/WhoMenu';

const list = signal<Workspace[] | null>(null);
const doomed = signal<ReadonlySet<string>>(new Set());

const failed = (error: unknown) => toast((error as Error).message, 'bad');

async function make(wanted: NewWorkspace): Promise<void> {
  const made = await createWorkspace(wanted);
  location.assign(`/w/${made.id}`);
}

async function rename(each: Workspace): Promise<void> {
  const name = await ask('Name of the workspace', each.name, 'Rename');
  if (name === null) return;
  await changeWorkspace(each.id, { name });
  list.value = (list.value ?? []).map((other) => (other.id === each.id ? { ...other, name } : other));
}

function remove(each: Workspace): void {
  doomed.value = new Set(doomed.value).add(each.id);
  const back = () => {
    doomed.value = new Set([...doomed.value].filter((id) => id !== each.id));
  };
  const work = () =>
    void deleteWorkspace(each.id).then(
      () => (list.value = (list.value ?? []).filter((other) => other.id !== each.id)),
      (error: unknown) => {
        back();
        failed(error);
      },
    );
  doLater(`Deleting ${each.name}.`, work, back);
}

function Import() {
  const field = useRef<HTMLInputElement>(null);
  return (
    <>
      <button onClick={() => field.current!.click()}>Import a zip</button>
      <input
        ref={field}
        type="file"
        accept=".zip,application/zip"
        hidden
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          if (file) importWorkspace(file).then((made) => location.assign(`/w/${made.id}`), failed);
          event.currentTarget.value = '';
        }}
      />
    </>
  );
}

function Entry({ each }: { each: Workspace }) {
  return (
    <li>
      <a class="entry" href={`/w/${each.id}`}>
        <b>{each.name}</b>
        <span class="muted">
          {each.toolchain}
          {each.updatedAt ? ` · ${ago(new Date(each.updatedAt))}` : ''}
        </span>
      </a>
      <button class="quiet" onClick={() => void rename(each).catch(failed)}>
        Rename
      </button>
      <button class="quiet" onClick={() => remove(each)}>
        Delete
      </button>
    </li>
  );
}

function Existing() {
  if (list.value === null) return <p class="muted">Loading …</p>;
  const shown = list.value.filter((each) => !doomed.value.has(each.id));
  if (shown.length === 0) return <p class="empty">None yet. Begin with an empty one, or with an example below.</p>;
  return (
    <ul class="entries">
      {shown.map((each) => (
        <Entry key={each.id} each={each} />
      ))}
    </ul>
  );
}

export function Workspaces() {
  useEffect(() => {
    listWorkspaces().then((found) => (list.value = found), failed);
  }, []);
  return (
    <div class="plain">
      <header class="top-bar">
        <a class="brand" href="/workspaces">
          <span class="lambda" aria-hidden="true">
            λ
          </span>{' '}
          Haskell IDE
        </a>
        <span class="grow" />
        <WhoMenu />
      </header>
      <main class="page">
        <div class="page-head">
          <h1>Workspaces</h1>
          <Import />
          <button class="primary" onClick={() => void make({ name: 'New workspace', files: { 'Main.hs': EMPTY } }).catch(failed)}>
            New workspace
          </button>
        </div>
        <Existing />
        <h2>Begin with an example</h2>
        <ul class="cards">
          {boot.examples.map(({ slug, title, summary }) => (
            <li key={slug}>
              <button onClick={() => void make({ name: title, example: slug }).catch(failed)}>
                <b>{title}</b>
                <span>{summary}</span>
              </button>
            </li>
          ))}
        </ul>
      </main>
      <Ask />
      <Messages />
    </div>
  );
}

const EMPTY = 'module Main where\n\nmain :: IO ()\nmain = putStrLn "Hello"\n';
