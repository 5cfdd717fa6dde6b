// Documentation as nodes of the page. What came from the server is text in all of them, never markup.

import { highlightCode } from '@lezer/highlight';
import { haskellLanguage } from '../editor/haskell';
import { colours } from '../editor/theme';
import type { Block, Inline } from './markdown';

export function element(tag: string, className: string, ...children: (Node | string)[]): HTMLElement {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

/** Haskell in the editor's own colours. */
export function haskellCode(text: string): HTMLElement {
  const code = element('code', '');
  const tree = haskellLanguage.parser.parse(text);
  highlightCode(
    text,
    tree,
    colours,
    (part, classes) => code.append(classes ? element('span', classes, part) : part),
    () => code.append('\n'),
  );
  return code;
}

function link(text: string, url: string): HTMLElement {
  const made = element('a', '', text) as HTMLAnchorElement;
  made.href = url;
  made.target = '_blank';
  made.rel = 'noopener noreferrer';
  return made;
}

function inline(part: Inline): Node {
  switch (part.kind) {
    case 'text':
      return document.createTextNode(part.text);
    case 'code':
      return element('code', '', part.text);
    case 'strong':
      return element('strong', '', part.text);
    case 'emphasis':
      return element('em', '', part.text);
    case 'link':
      return link(part.text, part.url);
  }
}

function block(part: Block): HTMLElement {
  switch (part.kind) {
    case 'code':
      return element('pre', '', /^(haskell|hs|)$/i.test(part.language) ? haskellCode(part.text) : part.text);
    case 'heading':
      return element('p', 'doc-heading', ...part.inlines.map(inline));
    case 'paragraph':
      return element('p', '', ...part.inlines.map(inline));
    case 'list':
      return element('ul', '', ...part.items.map((item) => element('li', '', ...item.map(inline))));
    case 'rule':
      return element('hr', '');
  }
}

/** A box with documentation; it can be scrolled with the keyboard. */
export function docBox(blocks: readonly Block[], className = ''): HTMLElement {
  const box = element('div', `doc ${className}`, ...blocks.map(block));
  box.tabIndex = 0;
  return box;
}
