// Connection and session as the user reads them. Pure.

import { seconds } from '../lib/format';
import { CloseCode, type SessionStatus } from '../protocol';
import type { Link } from '../rpc/client';

export interface State {
  tone: 'ok' | 'busy' | 'off' | 'bad';
  /** For the bar. */
  word: string;
  /** As a sentence. */
  said: string;
  /** What the user can do about it. */
  act?: 'sign-in' | 'connect' | 'leave-queue' | 'reload';
}

const CLOSED: Record<number, State> = {
  [CloseCode.LOGIN_EXPIRED]: { tone: 'bad', word: 'signed out', said: 'You are signed out. Sign in again; what you typed is kept in this browser.', act: 'sign-in' },
  [CloseCode.NO_SUCH_WORKSPACE]: { tone: 'bad', word: 'not found', said: 'This workspace is gone or is not yours.' },
  [CloseCode.TOO_MANY_SOCKETS]: { tone: 'bad', word: 'too many windows', said: 'Too many windows are open. Close one and reload this page.', act: 'reload' },
};

function waiting(status: SessionStatus): State {
  const parts = [status.position ? `place ${status.position}` : '', status.estimateSeconds ? `about ${seconds(status.estimateSeconds)}` : ''];
  const known = parts.filter(Boolean).join(', ');
  const word = `waiting for room${known && ` (${known})`}`;
  const reason = status.reason ? ` ${status.reason}` : '';
  return { tone: 'busy', word, said: `W${word.slice(1)}.${reason} You can go on typing.`, act: 'leave-queue' };
}

function session(status: SessionStatus): State {
  const reason = status.reason ? ` ${status.reason}` : '';
  switch (status.state) {
    case 'waiting':
      return waiting(status);
    case 'starting':
      return { tone: 'busy', word: 'starting', said: `The session is starting.${reason}` };
    case 'ready':
      return { tone: 'ok', word: 'ready', said: 'Ready.' };
    case 'moved':
      return { tone: 'ok', word: 'moved', said: `Ready: the session moved to another machine.${reason}` };
    case 'hibernated':
      return { tone: 'off', word: 'asleep', said: 'Asleep: it wakes at your next key or run.' };
    case 'lost':
      return { tone: 'bad', word: 'lost', said: `The session was lost.${reason} It opens again at your next key or run, with all your files.` };
  }
}

export function describe(hasWorkspace: boolean, link: Link, status: SessionStatus | null): State {
  if (!hasWorkspace) return { tone: 'off', word: 'not started', said: 'The session starts at your first key or run.' };
  switch (link.state) {
    case 'connecting':
      return { tone: 'busy', word: 'connecting', said: 'Connecting.' };
    case 'offline':
      return { tone: 'bad', word: 'offline', said: 'No connection. What you type is kept and sent later.', act: 'connect' };
    case 'closed':
      return CLOSED[link.code] ?? { tone: 'bad', word: 'closed', said: 'The connection is closed. Reload the page.', act: 'reload' };
    case 'open':
      return status ? session(status) : { tone: 'busy', word: 'connected', said: 'Connected.' };
  }
}
