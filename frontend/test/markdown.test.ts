import { describe, expect, it } from 'vitest';
import { blocksOf, inlines, parseMarkdown } from '../src/language/markdown';

describe('what a server says', () => {
  it('is code, paragraphs, lists, headings and rules', () => {
    const source = '```haskell\nmap :: (a -> b) -> [a] -> [b]\n```\n\n# List\nApplies to\nall.\n\n* one\n  more\n* two\n\n---\nend';
    expect(parseMarkdown(source)).toEqual([
      { kind: 'code', language: 'haskell', text: 'map :: (a -> b) -> [a] -> [b]' },
      { kind: 'heading', inlines: [{ kind: 'text', text: 'List' }] },
      { kind: 'paragraph', inlines: [{ kind: 'text', text: 'Applies to all.' }] },
      { kind: 'list', items: [[{ kind: 'text', text: 'one more' }], [{ kind: 'text', text: 'two' }]] },
      { kind: 'rule' },
      { kind: 'paragraph', inlines: [{ kind: 'text', text: 'end' }] },
    ]);
  });

  it('marks code, emphasis and links of the web', () => {
    expect(inlines('see `x*y*z`, **bold**, _soft_, [docs](https://h.org/a) or <https://h.org>')).toEqual([
      { kind: 'text', text: 'see ' },
      { kind: 'code', text: 'x*y*z' },
      { kind: 'text', text: ', ' },
      { kind: 'strong', text: 'bold' },
      { kind: 'text', text: ', ' },
      { kind: 'emphasis', text: 'soft' },
      { kind: 'text', text: ', ' },
      { kind: 'link', text: 'docs', url: 'https://h.org/a' },
      { kind: 'text', text: ' or ' },
      { kind: 'link', text: 'https://h.org', url: 'https://h.org' },
    ]);
  });

  it('leaves names with underlines and escaped marks alone', () => {
    expect(inlines('snake_case_name and 2\\*3')).toEqual([{ kind: 'text', text: 'snake_case_name and 2*3' }]);
  });

  it.each([
    '<img src=x onerror=alert(1)>',
    '<script>alert(1)</script>',
    '<a href="javascript:alert(1)">x</a>',
  ])('keeps the tag %s as text', (hostile) => {
    expect(inlines(hostile)).toEqual([{ kind: 'text', text: hostile }]);
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', '//h.org'])('makes no link to %s', (url) => {
    expect(inlines(`[x](${url})`).filter((part) => part.kind === 'link')).toEqual([]);
  });

  it('ends code that is never closed at the end', () => {
    expect(parseMarkdown('```\na')).toEqual([{ kind: 'code', language: '', text: 'a' }]);
  });

  it('comes in all the forms that the protocol has', () => {
    const text = [{ kind: 'paragraph', inlines: [{ kind: 'text', text: 'a' }] }];
    expect(blocksOf('a')).toEqual(text);
    expect(blocksOf({ kind: 'markdown', value: 'a' })).toEqual(text);
    expect(blocksOf({ kind: 'plaintext', value: 'a *b*' })).toEqual([{ kind: 'paragraph', inlines: [{ kind: 'text', text: 'a *b*' }] }]);
    expect(blocksOf([{ language: 'haskell', value: 'x' }, 'a'])).toEqual([{ kind: 'code', language: 'haskell', text: 'x' }, ...text]);
    expect(blocksOf(null)).toEqual([]);
  });

  it('is cut when it is too long to be read', () => {
    expect(parseMarkdown('a'.repeat(100_000))).toEqual([{ kind: 'paragraph', inlines: [{ kind: 'text', text: 'a'.repeat(30_000) }] }]);
  });
});
