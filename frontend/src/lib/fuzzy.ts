export interface Match { score: number; positions: number[] }

/** Finds the query's characters in order; starts of words and neighbours score higher. Null: not there. */
export function fuzzy(query: string, text: string): Match | null {
  const wanted = query.toLowerCase().replace(/\s+/g, '');
  const lower = text.toLowerCase();
  const positions: number[] = [];
  let score = 0;
  let from = 0;
  for (const char of wanted) {
    const at = lower.indexOf(char, from);
    if (at < 0) return null;
    const starts = at === 0 || /[\s/._-]/.test(text[at - 1]!);
    score += (starts ? 8 : 0) + (at === from && from > 0 ? 5 : 0) - (at - from) * 0.1;
    positions.push(at);
    from = at + 1;
  }
  return { score: score - text.length * 0.01, positions };
}

/** The items that match, best first; all of them, in their order, for an empty query. */
export function rank<T>(query: string, items: readonly T[], text: (item: T) => string): T[] {
  if (!query.trim()) return [...items];
  return items
    .map((item) => ({ item, match: fuzzy(query, text(item)) }))
    .filter((found): found is { item: T; match: Match } => found.match !== null)
    .sort((a, b) => b.match.score - a.match.score)
    .map((found) => found.item);
}
