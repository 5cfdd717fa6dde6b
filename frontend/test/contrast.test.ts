import tokens from '../../ide/static/ide/tokens.css?raw';
import { describe, expect, it } from 'vitest';

function block(start: string): Map<string, string> {
  const from = tokens.indexOf(start);
  const body = tokens.slice(from, tokens.indexOf('}', from));
  return new Map([...body.matchAll(/(--[\w-]+):\s*(#[0-9a-f]{6});/g)].map((found) => [found[1]!, found[2]!]));
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
  ['light', ':root {'],
  ['dark by the system', ":root:not([data-theme='light']) {"],
  ['dark by choice', ":root[data-theme='dark'] {"],
])('%s', (_name, start) => {
  const colours = block(start);
  it.each(PAIRS)('%s on %s has a contrast of at least 4.5', (ink, ground) => {
    expect(contrast(colours.get(ink)!, colours.get(ground)!)).toBeGreaterThanOrEqual(4.5);
  });
});

it('has the same dark for those who chose it and those whose system did', () => {
  expect(block(":root[data-theme='dark'] {")).toEqual(block(":root:not([data-theme='light']) {"));
});
