// The workspace in front of the user: what it is called, its files, its problems.

import { batch, computed, signal } from '@preact/signals';
import type { FileEntry, Workspace } from '../api/workspaces';
import type { LeftOut, SessionStatus, ShownDiagnostic as Diagnostic } from '../protocol';
import type { Link } from '../rpc/client';
import { excusesOf, groupProblems } from './diagnostics';
import { buildTree } from './tree';

export const workspace = signal<Workspace | null>(null);
export const files = signal<ReadonlyMap<string, FileEntry>>(new Map());
export const emptyFolders = signal<ReadonlySet<string>>(new Set());
export const readOnly = signal(false);

export const link = signal<Link>({ state: 'connecting' });
export const latencyMs = signal<number | null>(null);
export const sessionStatus = signal<SessionStatus | null>(null);

/** What the session did not keep when it last slept. */
export const leftOut = signal<LeftOut | null>(null);

/** What the language server announced. */
export const capabilities = signal<Readonly<Record<string, unknown>>>({});

export const problems = signal<ReadonlyMap<string, readonly Diagnostic[]>>(new Map());
export const problemGroups = computed(() => groupProblems(problems.value));
export const excuses = computed(() => excusesOf(problems.value));
export const errorCount = computed(() => problemGroups.value.reduce((sum, group) => sum + group.errors, 0));
export const problemCount = computed(() =>
  problemGroups.value.reduce((sum, group) => sum + group.problems.length, 0),
);

export const tree = computed(() => buildTree(files.value.keys(), emptyFolders.value));

export function showWorkspace(found: Workspace): void {
  batch(() => {
    workspace.value = found;
    if (found.files) files.value = new Map(found.files.map((file) => [file.path, file]));
  });
}

export function setFile(entry: FileEntry): void {
  files.value = new Map(files.value).set(entry.path, entry);
}

export function forgetFile(path: string): void {
  const rest = new Map(files.value);
  rest.delete(path);
  files.value = rest;
  setProblems(path, []);
}

export function setProblems(path: string, found: readonly Diagnostic[]): void {
  const next = new Map(problems.value);
  if (found.length > 0) next.set(path, found);
  else next.delete(path);
  problems.value = next;
}
