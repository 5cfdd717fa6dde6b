// How names and operators of Haskell are spelt, in letters of any script: parts of expressions with the flag `u`.

export const LETTER = "[\\p{L}\\p{Mn}\\p{N}_']"; // one behind a name's first
export const LARGE = '[\\p{Lu}\\p{Lt}]';
export const NAME = `[\\p{L}_]${LETTER}*`;
export const LARGE_NAME = `${LARGE}${LETTER}*`; // of types, constructors, and the parts of a module's
export const SYMBOL = '[^\\p{L}\\p{Mn}\\p{N}\\s_()[\\],;`{}"\'“”„‘’‚«»‹›⟨⟩⟦⟧]'; // a letter of operators
