/** Words apart by blanks; quotes and backslashes keep blanks within one. */
export function splitArguments(line: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  let quote = '';
  for (let at = 0; at < line.length; at += 1) {
    const char = line[at]!;
    if (char === '\\' && quote !== "'" && at + 1 < line.length) word = (word ?? '') + line[(at += 1)]!;
    else if (quote && char === quote) quote = '';
    else if (!quote && (char === '"' || char === "'")) [quote, word] = [char, word ?? ''];
    else if (!quote && /\s/.test(char)) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? '') + char;
  }
  if (word !== null) words.push(word);
  return words;
}
