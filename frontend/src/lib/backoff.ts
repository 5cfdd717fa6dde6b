/** Milliseconds to wait before the nth try (from 0): doubling from 250 to 10,000, spread by ±25 % so that clients do not come back as one. */
export function backoff(attempt: number, random: () => number = Math.random): number {
  const base = Math.min(250 * 2 ** attempt, 10_000);
  return Math.round(base * (0.75 + random() / 2));
}
