// A visitor gets a guest account and a workspace of their own at the first touch, not before.

import { signal } from '@preact/signals';
import { boot } from '../boot';
import { becomeGuest } from '../api/service';
import { createWorkspace, getWorkspace } from '../api/workspaces';
import { forgetUnopened } from './documents';
import { connect } from './session';
import { showWorkspace, workspace } from './store';

export const user = signal(boot.user);
/** The example that the landing page shows before there is a workspace. */
export const landingExample = signal<{ slug: string; title: string } | null>(null);

let making: Promise<void> | null = null;

async function make(): Promise<void> {
  if (!user.value) {
    await becomeGuest();
    user.value = { name: 'guest', guest: true, staff: false };
  }
  const example = landingExample.value;
  const made = await createWorkspace(
    example ? { name: example.title, example: example.slug } : { name: 'My workspace' },
  );
  const whole = made.files ? made : await getWorkspace(made.id);
  showWorkspace(whole);
  history.replaceState(null, '', `/w/${whole.id}`);
  forgetUnopened();
  connect();
}

/** The workspace of this page is being fetched: who needs one waits for it and makes no other. */
export function workspaceComes(fetched: Promise<void>): Promise<void> {
  making = fetched;
  return fetched;
}

/** Resolves when there is a workspace on the server; every caller waits for the same one. */
export function ensureWorkspace(): Promise<void> {
  if (workspace.value?.id) return Promise.resolve();
  making ??= make().catch((error: unknown) => {
    making = null;
    throw error;
  });
  return making;
}
