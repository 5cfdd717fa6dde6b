// What this browser remembers. A browser that refuses storage still works, it only forgets.

export function remember(key: string, value: unknown, store: 'local' | 'session' = 'local'): void {
  try {
    const area = store === 'local' ? localStorage : sessionStorage;
    if (value === null || value === undefined) area.removeItem(key);
    else area.setItem(key, JSON.stringify(value));
  } catch {
    // Full or refused.
  }
}

export function recall<T>(key: string, fallback: T, store: 'local' | 'session' = 'local'): T {
  try {
    const text = (store === 'local' ? localStorage : sessionStorage).getItem(key);
    return text === null ? fallback : (JSON.parse(text) as T);
  } catch {
    return fallback;
  }
}
