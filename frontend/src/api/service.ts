// What the service offers and allows, apart from workspaces.

import { api } from './http';
import type { Workspace } from './workspaces';

export interface Toolchain {
  name: string;
  ghc: string;
  digest: string;
  default: boolean;
  packages: Record<string, string>;
}
export interface QuotaItem {
  name: string;
  label: string;
  unit: 'count' | 'seconds' | 'bytes' | 'flag';
  limit: number;
  used: number | null;
  left: number | null;
  renewsAt: string | null;
}
export interface QuotaAnswer { plan: { name: string; toolchains: string[] }; items: QuotaItem[] }
export interface Guest { token: string; expiresAt: string }
export interface ExampleFiles {
  slug: string;
  title: string;
  summary: string;
  entry: string | null;
  files: Record<string, string>;
}
export interface Share { slug: string; name: string; toolchain: string; entry: string | null; files: Record<string, string> }

export const becomeGuest = () => api<Guest>('POST', '/guests');
export const listToolchains = () => api<Toolchain[]>('GET', '/toolchains');
export const getExample = (slug: string) => api<ExampleFiles>('GET', `/examples/${encodeURIComponent(slug)}`);
export const getShare = (slug: string) => api<Share>('GET', `/shares/${encodeURIComponent(slug)}`);
export const forkShare = (slug: string) => api<Workspace>('POST', `/shares/${encodeURIComponent(slug)}/fork`);
export const getQuota = () => api<QuotaAnswer>('GET', '/quota');
