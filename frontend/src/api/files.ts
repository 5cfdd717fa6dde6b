import { api, send } from './http';

const at = (id: string, path: string) =>
  `/workspaces/${encodeURIComponent(id)}/files/${path.split('/').map(encodeURIComponent).join('/')}`;

export interface FileText { text: string; etag: string }

export async function readFile(id: string, path: string): Promise<FileText> {
  const response = await send('GET', at(id, path), { headers: { Accept: 'text/plain, application/json' } });
  return { text: await response.text(), etag: response.headers.get('ETag') ?? '' };
}

/** Writes a file whole. `match` guards: an ETag, or `new` for a file that must not be there yet. */
export async function writeFile(id: string, path: string, text: string, match?: string): Promise<string> {
  const headers: Record<string, string> = { 'Content-Type': 'text/plain; charset=utf-8' };
  if (match === 'new') headers['If-None-Match'] = '*';
  else if (match) headers['If-Match'] = match;
  const response = await send('PUT', at(id, path), { body: text, headers });
  return response.headers.get('ETag') ?? '';
}

export const deleteFile = async (id: string, path: string): Promise<void> => {
  await send('DELETE', at(id, path));
};

export const renamePath = (id: string, from: string, to: string) =>
  api<unknown>('POST', `/workspaces/${encodeURIComponent(id)}/rename`, { from, to });
