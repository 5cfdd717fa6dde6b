import { describe, expect, it } from 'vitest';
import { matchesIn, patternOf, type Query, shownLine, still } from '../src/find/matches';

const query = (text: string, more: Partial<Query> = {}): Query => ({ text, regexp: false, caseSensitive: false, word: false, ...more });
const places = (text: string, wanted: Query) => matchesIn(text, wanted, '', 100).map(({ line, from, to }) => [line, from, to]);

describe('finding', () => {
  it('takes signs as they are unless they are an expression', () => {
    expect(places('f x\nf.x', query('f.x'))).toEqual([[1, 0, 3]]);
    expect(places('f x\nf.x', query('f.x', { regexp: true }))).toEqual([[0, 0, 3], [1, 0, 3]]);
  });
  it("knows that a prime belongs to a Haskell name", () => {
    expect(places("foldl' foldl (foldl)", query('foldl', { word: true }))).toEqual([[0, 7, 12], [0, 14, 19]]);
  });
  it('tells capitals apart when it is asked to', () => {
    expect(places('map Map', query('map', { caseSensitive: true }))).toEqual([[0, 0, 3]]);
    expect(places('map Map', query('map'))).toHaveLength(2);
  });
  it('ends at the limit, and never with empty places', () => {
    expect(matchesIn('aaaa', query('a'), '', 3)).toHaveLength(3);
    expect(places('abc', query('x*', { regexp: true }))).toEqual([]);
  });
  it('says when something is no expression', () => {
    expect(patternOf(query('(', { regexp: true }))).toBeNull();
    expect(patternOf(query('('))).not.toBeNull();
  });
});

describe('replacing', () => {
  const replaced = (text: string, wanted: Query, template: string) => matchesIn(text, wanted, template, 10)[0]?.replacement;
  it('fills in groups of an expression only', () => {
    expect(replaced('foo bar', query('(\\w+) (\\w+)', { regexp: true }), '$2 $1 $$ $&')).toBe('bar foo $ foo bar');
    expect(replaced('foo', query('foo'), '$&')).toBe('$&');
  });
  it('leaves out what has changed since', () => {
    const found = matchesIn('one\ntwo one', query('one'), 'x', 10);
    expect(still(found, ['one', 'two'])).toEqual([found[0]]);
  });
  it('keeps a late match of a long line in view', () => {
    const [match] = matchesIn(`${'x'.repeat(80)}needle`, query('needle'), '', 1);
    expect(shownLine(match!)[0]).toHaveLength(31);
  });
});
