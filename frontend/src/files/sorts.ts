// What a file is, by its name and its bytes. Pure.

const IMAGES: Record<string, string> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  bmp: 'image/bmp',
  webp: 'image/webp',
  svg: 'image/svg+xml',
};

/** The type of a picture that a browser shows, by the file's name. */
export function imageType(path: string): string | null {
  return IMAGES[/\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? ''] ?? null;
}

/** A picture that is text. */
export const isDrawing = (path: string) => imageType(path) === IMAGES.svg;

/** The pieces' text; null for what is none. A letter that was cut at the end of a `whole: false` is left out. */
export function textOf(pieces: readonly Uint8Array[], whole: boolean): string | null {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    const text = pieces.map((piece) => decoder.decode(piece, { stream: true })).join('');
    return (whole ? text + decoder.decode() : text).includes('\0') ? null : text;
  } catch {
    return null;
  }
}
