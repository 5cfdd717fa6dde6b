import { expect, test } from 'vitest';
import { wantedAt } from '../src/hoogle/wanted';
import type { ShownDiagnostic } from '../src/protocol';

const hole = {
  range: { start: { line: 3, character: 8 }, end: { line: 3, character: 9 } },
  severity: 1,
  code: 'GHC-88464',
  source: 'ghc',
  message: '• Found hole: _ :: (a -> b)\n                  -> [a] -> [b]\n  Where: ‘a’ is a rigid type variable\n• In an equation for ‘f’: f = _',
} as ShownDiagnostic;

test('a hole is looked for by its type', () => {
  expect(wantedAt([hole], { line: 3, character: 9 }, '')).toBe(':: (a -> b) -> [a] -> [b]');
  expect(wantedAt([hole], { line: 3, character: 9 }, '_')).toBe(':: (a -> b) -> [a] -> [b]');
});

test('what is selected is looked for itself, elsewhere nothing', () => {
  expect(wantedAt([hole], { line: 3, character: 9 }, ' insert\n With ')).toBe('insert With');
  expect(wantedAt([hole], { line: 4, character: 0 }, '')).toBe('');
});
