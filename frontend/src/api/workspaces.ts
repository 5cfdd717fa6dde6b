import { api, send } from './http';

export interface FileEntry { path: string; etag: string; bytes: number }
export interface Workspace {
  id: string;
  name: string;
  toolchain: string;
  entry?: string | null;
  updatedAt?: string;
  files?: FileEntry[];
}
export interface NewWorkspace {
  name: string;
  example?: string;
  toolchain?: string;
  files?: Record<string, string>;
}

const at = (id: string) => `/workspaces/${encodeURIComponent(id)}`;

export const listWorkspaces = () => api<Workspace[]>('GET', '/workspaces');
export const getWorkspace = (id: string) => api<Workspace>('GET', at(id));
export const createWorkspace = (wanted: NewWorkspace) => api<Workspace>('POST', '/workspaces', wanted);
export const changeWorkspace = (id: string, change: Partial<Pick<Workspace, 'name' | 'toolchain' | 'entry'>>) =>
  api<Workspace>('PATCH', at(id), change);
export const deleteWorkspace = (id: string) => api<undefined>('DELETE', at(id));
export const shareWorkspace = (id: string) => api<{ slug: string; url?: string }>('POST', `${at(id)}/share`);
export const archiveUrl = (id: string) => `/api/v1${at(id)}/archive.zip`;

export async function importWorkspace(file: File): Promise<Workspace> {
  const form = new FormData();
  form.append('file', file);
  form.append('name', file.name.replace(/\.zip$/i, ''));
  return (await send('POST', '/workspaces/import', { body: form })).json() as Promise<Workspace>;
}
