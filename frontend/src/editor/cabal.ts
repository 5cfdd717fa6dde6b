// Highlights package descriptions: `.cabal` files and `cabal.project`. Loaded when one is opened.

import { StreamLanguage, type StringStream } from '@codemirror/language';

const COMMENT = /^--.*/;
const FIELD = /^[A-Za-z][\w-]*(?=[ \t]*:)/;
const CONDITION = /^(?:if|elif|else)(?![\w-])/i;
const SECTION = new RegExp(
  '^(?:library|executable|test-suite|benchmark|foreign-library|common|flag|custom-setup|source-repository(?:-package)?' +
    '|package|program-options|program-locations|repository)(?![\\w-])',
  'i',
);
/** Fields that hold sentences, in which a number or a sign says nothing. */
const PROSE = new Set(['author', 'category', 'copyright', 'description', 'maintainer', 'stability', 'synopsis', 'title']);

const STRING = /^"(?:[^"\\]|\\.)*"?/;
const VERSION = /^\d+(?:\.\d+)*(?:\.\*)?(?![\w.-])/;
const TRUTH = /^(?:true|false)(?![\w-])/i;
const TEST = /^(?:flag|os|arch|impl)(?=[ \t]*\()/;
const OPERATOR = /^(?:\^?>=|<=|==|<|>|&&|\|\||!)/;
const PUNCTUATION = /^[,:(){}]/;
const WORD = /^[^\s,:(){}"<>=^&|!]+/;

type Part = 'name' | 'prose' | 'test' | 'value';
/** `indentation`: of the last field, whose other lines stand deeper. */
interface State { part: Part; indentation: number }

/** What a field or a section begins with; null for anything else. */
function head(stream: StringStream, state: State): string | null {
  const indentation = stream.indentation();
  const field = stream.match(FIELD) as RegExpMatchArray | null;
  if (field) {
    Object.assign(state, { part: PROSE.has(field[0].toLowerCase()) ? 'prose' : 'value', indentation });
    return 'propertyName';
  }
  const part = stream.match(SECTION) ? 'name' : stream.match(CONDITION) ? 'test' : null;
  if (!part) return null;
  Object.assign(state, { part, indentation: Infinity });
  return 'keyword';
}

function token(stream: StringStream, state: State): string | null {
  if (stream.eatSpace()) return null;
  if (stream.string.slice(0, stream.pos).trim() === '') {
    if (stream.match(COMMENT)) return 'comment';
    const found = stream.indentation() <= state.indentation ? head(stream, state) : null;
    if (found) return found;
  }
  if (state.part === 'prose' && stream.peek() !== ':') {
    stream.skipToEnd();
    return null;
  }
  return word(stream, state.part);
}

function word(stream: StringStream, part: Part): string | null {
  if (stream.match(STRING)) return 'string';
  if (stream.match(VERSION)) return 'number';
  if (stream.match(TRUTH)) return 'bool';
  if (part === 'test' && stream.match(TEST)) return 'meta';
  if (stream.match(OPERATOR)) return 'operator';
  if (stream.match(PUNCTUATION)) return 'punctuation';
  if (stream.match(WORD)) return part === 'name' ? 'typeName' : null;
  stream.next();
  return null;
}

export const cabal = StreamLanguage.define<State>({
  name: 'cabal',
  startState: () => ({ part: 'value', indentation: Infinity }),
  token,
  languageData: { commentTokens: { line: '--' } },
});
