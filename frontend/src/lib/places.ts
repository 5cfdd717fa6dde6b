// Places in files, as GHC writes them: `src/A.hs:3:5` or `A.hs:(3,5)-(4,1)`; tasty says `A.hs:3:`. Pure.

/** `from` and `to` in the text; line and column count from 1. */
export interface Place { from: number; to: number; path: string; line: number; column: number }

const PLACE = /((?:[\w.-]+\/)*[\w.-]+\.l?hs):(?:(\d+):(\d+)|\((\d+),(\d+)\)|(\d+)(?=:?(?:\s|$)))/g;

export function placesIn(text: string): Place[] {
  return [...text.matchAll(PLACE)].map((found) => ({
    from: found.index,
    to: found.index + found[0].length,
    path: found[1]!.replace(/^\.\//, ''),
    line: Number(found[2] ?? found[4] ?? found[6]),
    column: Number(found[3] ?? found[5] ?? 1),
  }));
}
