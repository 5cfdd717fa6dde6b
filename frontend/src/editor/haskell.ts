// What the editor knows of languages: Haskell in full, its neighbours by name.

import { type LanguageSupport as Support, LanguageSupport, StreamLanguage, type StringStream } from '@codemirror/language';
import { haskell } from '@codemirror/legacy-modes/mode/haskell';
import type { Extension } from '@codemirror/state';
import { tags } from '@lezer/highlight';
import { LARGE, NAME, SYMBOL } from '../lib/names';

const IMPORT_WORDS = /^(qualified|as|hiding)$/;
const WORD = new RegExp(`^${NAME}`, 'u');
const LARGE_WORD = new RegExp(`^${LARGE}`, 'u');
const OPERATOR = new RegExp(`^${SYMBOL}+`, 'u');
const MORE_KEYWORDS = /^(forall|family|pattern|mdo|proc|rec)$/;

/** The mode's own names, corrected: it takes Prelude's types for functions and knows no import words. */
function token(stream: StringStream, state: unknown): string | null {
  const name = haskell.token(stream, state) ?? '';
  const word = stream.current();
  if (name === 'error' && word !== "'") return beyondAscii(stream);
  if (name === 'qualifier') return 'namespace';
  if (name === 'builtin') return /^[A-Z]/.test(word) ? 'type' : 'variable';
  if (name === 'variable' && IMPORT_WORDS.test(word) && stream.string.startsWith('import ')) return 'keyword';
  if (name === 'variable' && MORE_KEYWORDS.test(word)) return 'keyword';
  return name || null;
}

/** The mode's own names begin with letters of ASCII, and so do its operators. */
function beyondAscii(stream: StringStream): string | null {
  stream.backUp(stream.current().length);
  if (stream.match(OPERATOR)) return 'variable';
  const name = stream.match(WORD) as RegExpMatchArray | null;
  if (!name) return stream.next() ? 'error' : null;
  if (!LARGE_WORD.test(name[0])) return 'variable';
  return stream.eat('.') ? 'namespace' : 'type';
}

export const haskellLanguage = StreamLanguage.define({
  ...haskell,
  token,
  languageData: {
    commentTokens: { line: '--', block: { open: '{-', close: '-}' } },
    closeBrackets: { brackets: ['(', '[', '{', '"'] },
    indentOnInput: /^\s*(where|then|else|in|of|deriving)\b/,
  },
});

async function neighbour(path: string): Promise<Support | null> {
  if (/\.ya?ml$/.test(path)) {
    const { yaml } = await import('@codemirror/legacy-modes/mode/yaml');
    return new LanguageSupport(StreamLanguage.define({ ...yaml, tokenTable: { atom: tags.propertyName } })); // its keys
  }
  if (/\.cabal$|(^|\/)cabal\.project(\.\w+)?$/.test(path)) {
    const { cabal } = await import('./cabal');
    return new LanguageSupport(cabal);
  }
  return null;
}

export const isHaskell = (path: string) => /\.(l?hs|hsc|hs-boot)$/.test(path);

/** The language of a file: at once for Haskell, null where there is none to load. */
export function languageOf(path: string): Extension | Promise<Extension | null> {
  return isHaskell(path) ? new LanguageSupport(haskellLanguage) : neighbour(path);
}
