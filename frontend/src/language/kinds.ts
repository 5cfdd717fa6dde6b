// What the protocol's numbers for kinds of symbols mean in Haskell.

const SIGNS: Record<number, [letter: string, word: string]> = {
  2: ['M', 'module'],
  5: ['T', 'type'],
  6: ['f', 'method'],
  8: ['r', 'field'],
  9: ['C', 'constructor'],
  10: ['T', 'type'],
  11: ['K', 'class'],
  12: ['f', 'function'],
  13: ['x', 'value'],
  14: ['x', 'constant'],
  19: ['I', 'instance'],
  22: ['C', 'constructor'],
  23: ['T', 'type'],
  26: ['T', 'type'],
};

/** The letter for a kind of symbol, and its name. */
export const signOf = (kind: number): [letter: string, word: string] => SIGNS[kind] ?? ['·', 'name'];
