// What the server says with the page itself.

export interface User { name: string; guest: boolean; staff: boolean }
export interface Example { slug: string; title: string; summary: string }
export interface Boot {
  page: 'landing' | 'workspaces' | 'workspace' | 'share';
  user: User | null;
  workspaceId?: string;
  slug?: string;
  guestsAllowed: boolean;
  messageBytes: number;
  examples: Example[];
}

function meta(name: string): string {
  return document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? '';
}

export const boot = JSON.parse(document.getElementById('boot')?.textContent ?? '{}') as Boot;

/** Lets the styles that the editor and the terminal make at run time pass the content security policy. */
export const styleNonce = meta('style-nonce');

/** The token that writes carry; the cookie is newer than the page after a sign-in. */
export function csrfToken(): string {
  const cookie = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1];
  return cookie ?? meta('csrf-token');
}

/** What to say to somebody who may only read, and would do more. */
export const toReadOnly = boot.page === 'share' ? 'This copy is to read. Fork it: then you can change and run it.' : 'Sign in to change and run it.';
