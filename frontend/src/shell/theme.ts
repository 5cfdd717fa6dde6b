// Light or dark: the system's wish, or the user's. The choice is a cookie, so that every page comes in the right colours.

import { signal } from '@preact/signals';

type Theme = 'light' | 'dark';

const YEAR = 365 * 24 * 3600;
const chosen = document.documentElement.dataset['theme'];
const system = (): Theme => (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');

export const theme = signal<Theme>(chosen === 'dark' || chosen === 'light' ? chosen : system());

export function switchTheme(): void {
  theme.value = theme.value === 'dark' ? 'light' : 'dark';
  document.documentElement.dataset['theme'] = theme.value;
  const secure = location.protocol === 'https:' ? '; Secure' : '';
  document.cookie = `theme=${theme.value}; Path=/; Max-Age=${YEAR}; SameSite=Lax${secure}`;
}
