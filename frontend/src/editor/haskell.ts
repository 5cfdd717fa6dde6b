// What the editor knows of languages: Haskell in full, its neighbours by name.

import { type LanguageSupport as Support, LanguageSupport, StreamLanguage } from '@codemirror/language';
import { haskell } from '@codemirror/legacy-modes/mode/haskell';
import type { Extension } from '@codemirror/state';

const haskellLanguage = StreamLanguage.define({
  ...haskell,
  languageData: {
    commentTokens: { line: '--', block: { open: '{-', close: '-}' } },
    closeBrackets: { brackets: ['(', '[', '{', '"'] },
    indentOnInput: /^\s*(where|then|else|in|of|deriving)\b/,
  },
});

async function neighbour(path: string): Promise<Support | null> {
  if (/\.ya?ml$/.test(path)) {
    const { yaml } = await import('@codemirror/legacy-modes/mode/yaml');
    return new LanguageSupport(StreamLanguage.define(yaml));
  }
  return null;
}

export const isHaskell = (path: string) => /\.(l?hs|hsc|hs-boot)$/.test(path);

/** The language of a file: at once for Haskell, null where there is none to load. */
export function languageOf(path: string): Extension | Promise<Extension | null> {
  return isHaskell(path) ? new LanguageSupport(haskellLanguage) : neighbour(path);
}
