// The kinds of what is highlighted, as words.

import { tagHighlighter, tags } from '@lezer/highlight';

export const kinds = tagHighlighter([
  { tag: tags.typeName, class: 'type' }, { tag: tags.namespace, class: 'module' }, { tag: tags.variableName, class: 'name' },
  { tag: tags.propertyName, class: 'field' }, { tag: tags.keyword, class: 'keyword' }, { tag: tags.operator, class: 'sign' },
  { tag: tags.punctuation, class: 'sign' }, { tag: tags.number, class: 'number' }, { tag: tags.bool, class: 'bool' },
  { tag: tags.comment, class: 'comment' }, { tag: tags.string, class: 'text' }, { tag: tags.meta, class: 'meta' },
  { tag: tags.invalid, class: 'wrong' },
]);
