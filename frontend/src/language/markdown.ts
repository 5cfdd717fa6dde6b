// A small part of Markdown as plain data: what Haddock's text needs. Everything else, tags included, stays text.

import type { Contents, MarkupContent } from './lsp';

export type Inline =
  | { kind: 'text' | 'code' | 'strong' | 'emphasis'; text: string }
  | { kind: 'link'; text: string; url: string };

export type Block =
  | { kind: 'code'; language: string; text: string }
  | { kind: 'paragraph' | 'heading'; inlines: Inline[] }
  | { kind: 'list'; items: Inline[][] }
  | { kind: 'rule' };

// Bounded, so that hostile text is read in time that grows with its length only.
const INLINE =
  /`([^`\n]{1,300})`|\*\*([^*\n]{1,300})\*\*|(?<![\w*])[*_]([^*_\n]{1,300})[*_](?![\w*])|\[([^[\]\n]{1,300})\]\(([^()\s]{1,500})\)|<(https?:\/\/[^<>\s]{1,500})>/g;
const MOST = 30_000;

/** Only pages of the web: no scripts, no files. */
const isWeb = (url: string) => /^https?:\/\//i.test(url);

/** A mark of Markdown with a backslash before it stands for itself. */
const unescape = (text: string) => text.replace(/\\([\\`*_{}[\]()#+\-.!<>|"'@/])/g, '$1');

export function inlines(text: string): Inline[] {
  const found: Inline[] = [];
  let end = 0;
  const plain = (upTo: number) => {
    if (upTo > end) found.push({ kind: 'text', text: unescape(text.slice(end, upTo)) });
  };
  for (const match of text.matchAll(INLINE)) {
    const [whole, code, strong, emphasis, label, url, bare] = match;
    if (text[match.index - 1] === '\\') continue;
    plain(match.index);
    end = match.index + whole.length;
    if (code !== undefined) found.push({ kind: 'code', text: code });
    else if (strong !== undefined) found.push({ kind: 'strong', text: unescape(strong) });
    else if (emphasis !== undefined) found.push({ kind: 'emphasis', text: unescape(emphasis) });
    else if (bare !== undefined) found.push({ kind: 'link', text: bare, url: bare });
    else if (isWeb(url!)) found.push({ kind: 'link', text: unescape(label!), url: url! });
    else found.push({ kind: 'text', text: unescape(label!) });
  }
  plain(text.length);
  return found;
}

const FENCE = /^\s*(```|~~~)\s*([\w-]*)/;
const BULLET = /^\s*(?:[*+-]|\d+[.)])\s+/;
const HEADING = /^#{1,6}\s+/;
const RULE = /^\s*(?:-{3,}|\*{3,}|_{3,})\s*$/;

export function parseMarkdown(source: string): Block[] {
  const lines = source.slice(0, MOST).split(/\r?\n/);
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at]!;
    const fence = FENCE.exec(line);
    if (fence) {
      const close = lines.findIndex((each, index) => index > at && each.trim() === fence[1]);
      const end = close < 0 ? lines.length : close;
      blocks.push({ kind: 'code', language: fence[2] ?? '', text: lines.slice(at + 1, end).join('\n') });
      at = end + 1;
    } else if (!line.trim()) {
      at += 1;
    } else if (RULE.test(line)) {
      blocks.push({ kind: 'rule' });
      at += 1;
    } else if (HEADING.test(line)) {
      blocks.push({ kind: 'heading', inlines: inlines(line.replace(HEADING, '')) });
      at += 1;
    } else {
      at = textBlock(lines, at, blocks);
    }
  }
  return blocks;
}

const isSpecial = (line: string) => !line.trim() || FENCE.test(line) || HEADING.test(line) || RULE.test(line);

/** A paragraph or a list from line `at`; returns the line after it. */
function textBlock(lines: readonly string[], at: number, blocks: Block[]): number {
  const isList = BULLET.test(lines[at]!);
  const parts: string[] = [];
  let next = at;
  for (; next < lines.length && !isSpecial(lines[next]!); next++) {
    const line = lines[next]!;
    const begins = BULLET.test(line);
    if (begins && !isList) break;
    if (parts.length === 0 || (isList && begins)) parts.push(line.replace(BULLET, '').trim());
    else parts.push(`${parts.pop()!} ${line.trim()}`);
  }
  if (isList) blocks.push({ kind: 'list', items: parts.map(inlines) });
  else blocks.push({ kind: 'paragraph', inlines: inlines(parts.join(' ')) });
  return next;
}

/** All that a server may call contents, as blocks. */
export function blocksOf(contents: Contents | MarkupContent | null | undefined): Block[] {
  if (contents === null || contents === undefined) return [];
  if (Array.isArray(contents)) return contents.flatMap(blocksOf);
  if (typeof contents === 'string') return parseMarkdown(contents);
  if ('language' in contents) return [{ kind: 'code', language: contents.language, text: contents.value }];
  if (contents.kind === 'markdown') return parseMarkdown(contents.value);
  const text = contents.value.trim();
  return text ? [{ kind: 'paragraph', inlines: [{ kind: 'text', text }] }] : [];
}
