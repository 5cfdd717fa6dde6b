import tokens from '../../ide/static/ide/tokens.css?raw';
import { describe, expect, it } from 'vitest';

/** Every `--name: light-dark(#…, #…)`: its name, and the colour that is the `nth` of the two. */
function colours(nth: 2 | 3): Map<string, string> {
  const pairs = tokens.matchAll(/(--[\w-]+):\s*light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g);
  return new Map([...pairs].map((found) => [found[1]!, found[nth]!]));
}

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

function contrast(one: string, other: string): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high! + 0.05) / (low! + 0.05);
}

const GROUNDS = ['--bg', '--bg-side', '--bg-raised'];
const INKS = ['--fg', '--fg-muted', '--fg-faint', '--accent', '--ok', '--warn', '--bad', '--info'];
const CODE = ['keyword', 'type', 'string', 'number', 'comment', 'operator', 'meta', 'constructor', 'function', 'property'].map((name) => `--code-${name}`);
const ANSI = Array.from({ length: 16 }, (_, index) => `--ansi-${index}`);
const PAIRS: [string, string][] = [
  ...INKS.flatMap((ink): [string, string][] => GROUNDS.map((ground) => [ink, ground])),
  ...[...CODE, ...ANSI].map((ink): [string, string] => [ink, '--bg']),
  ['--fg', '--bg-hover'], ['--fg', '--bg-active'], ['--fg', '--selection'], ['--fg', '--match'], ['--fg-muted', '--bg-hover'],
  ['--fg', '--accent-soft'], ['--fg-faint', '--accent-soft'], ['--accent', '--accent-soft'], ['--bad', '--bad-soft'], ['--warn', '--warn-soft'],
  ['--accent-fg', '--accent'], ['--accent-fg', '--accent-strong'], ['--bad', '--bg-active'],
];

describe.each([
  ['light', colours(2)],
  ['dark', colours(3)],
])('%s', (_name, found) => {
  it.each(PAIRS)('%s on %s has a contrast of at least 4.5', (ink, ground) => {
    expect(contrast(found.get(ink)!, found.get(ground)!)).toBeGreaterThanOrEqual(4.5);
  });
});
