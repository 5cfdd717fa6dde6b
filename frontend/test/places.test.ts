import { expect, it } from 'vitest';
import { placesIn } from '../src/lib/places';

it('finds the places of files in what GHC prints', () => {
  expect(placesIn('src/Data/A.hs:12:5: error: [GHC-88464]')).toEqual([{ from: 0, to: 18, path: 'src/Data/A.hs', line: 12, column: 5 }]);
  expect(placesIn('  in ./Main.hs:(3,5)-(4,1) and B.lhs:1:2')).toMatchObject([
    { path: 'Main.hs', line: 3, column: 5 },
    { path: 'B.lhs', line: 1, column: 2 },
  ]);
  expect(placesIn('    test/T.hs:12:')).toEqual([{ from: 4, to: 16, path: 'test/T.hs', line: 12, column: 1 }]);
  expect(placesIn('A.hs:7x A.hs:8:b')).toEqual([]);
  expect(placesIn('<interactive>:1:1: error, at 12:30')).toEqual([]);
});
