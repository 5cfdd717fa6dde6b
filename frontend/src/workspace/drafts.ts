// Text that was typed and is not known to be saved yet, kept in the browser across a reload or a lost connection.

import { recall, remember } from '../lib/storage';

export interface Draft { text: string; etag: string }

const key = (workspaceId: string) => `drafts:${workspaceId}`;

export function drafts(workspaceId: string): Record<string, Draft> {
  return recall<Record<string, Draft>>(key(workspaceId), {});
}

export function keepDraft(workspaceId: string, path: string, draft: Draft | null): void {
  const all = drafts(workspaceId);
  if (draft === null) {
    if (!(path in all)) return;
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete
    delete all[path];
  } else {
    all[path] = draft;
  }
  remember(key(workspaceId), Object.keys(all).length > 0 ? all : null);
}
