export const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

const MAC: Record<string, string> = { Mod: '⌘', Shift: '⇧', Alt: '⌥', Enter: '↩', '`': '`' };

/** `Shift-Mod-Enter` as it is written on this machine's keys. */
export function keyLabel(keys: string): string {
  const parts = keys.split('-').filter(Boolean);
  if (isMac) return parts.map((part) => MAC[part] ?? part.toUpperCase()).join('');
  return parts.map((part) => (part === 'Mod' ? 'Ctrl' : part.length === 1 ? part.toUpperCase() : part)).join('+');
}

/** What Option types on a Mac besides signs that hardly anybody needs: letters, and what is on every keyboard. */
const isText = (key: string) => /^(?:[\x21-\x7e]|\p{L})$/u.test(key);

/** Whether the event is this combination; letters and signs are compared as typed. */
export function isKey(event: KeyboardEvent, keys: string): boolean {
  const parts = keys.split('-').filter(Boolean);
  const key = parts.pop()!;
  const mod = isMac ? event.metaKey : event.ctrlKey;
  const other = isMac ? event.ctrlKey : event.metaKey;
  const shifted = parts.includes('Shift');
  const isOptionAlone = isMac && event.altKey && !event.shiftKey && !event.metaKey && !event.ctrlKey;
  if (isOptionAlone && isText(event.key) && event.key !== key) return false; // such as ż, or a layout's @
  // With Alt some systems type another letter: then the key itself counts.
  const pressed = parts.includes('Alt') && /^[a-z]$/.test(key) ? event.code === `Key${key.toUpperCase()}` : event.key.toLowerCase() === key.toLowerCase();
  return (
    pressed &&
    mod === parts.includes('Mod') &&
    !other &&
    event.altKey === parts.includes('Alt') &&
    (event.shiftKey === shifted || key === '?')
  );
}
