import type { Socket } from './client';

/** The WebSocket of a workspace, on the page's own host. */
export function workspaceSocket(id: string): Socket {
  const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
  return new WebSocket(`${scheme}//${location.host}/ws/workspaces/${encodeURIComponent(id)}`) as unknown as Socket;
}
