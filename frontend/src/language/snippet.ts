// The protocol's snippets as the editor's: `${1:name}` and `$1` are fields, `$0` is where the cursor ends.

const MARKS = /\\([$}\\])|\$\{(\d+)\|([^,|}]*)[^}]*\}|\$\{(\d+)(?::([^}]*))?\}|\$(\d+)/g;
const LAST = '99';

export function editorSnippet(text: string): string {
  return text.replace(MARKS, (...found: (string | undefined)[]) => {
    const [, escaped, choice, first, field, name, bare] = found;
    if (escaped !== undefined) return escaped === '$' ? '$' : `\\${escaped}`;
    const number = choice ?? field ?? bare!;
    const words = first ?? name;
    return `\${${number === '0' ? LAST : number}${words ? `:${words}` : ''}}`;
  });
}
