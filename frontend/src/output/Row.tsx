import type { Piece, Style } from './ansi';

function classOf(style: Style): string {
  const names: string[] = [];
  if (style.fg !== undefined && !style.fg.startsWith('#')) names.push(style.inverse ? `bg-${style.fg}` : `fg-${style.fg}`);
  if (style.bg !== undefined && !style.bg.startsWith('#')) names.push(style.inverse ? `fg-${style.bg}` : `bg-${style.bg}`);
  for (const name of ['bold', 'dim', 'italic', 'underline', 'inverse', 'stderr', 'typed'] as const) {
    if (style[name]) names.push(name);
  }
  return names.join(' ');
}

function colours(style: Style): Record<string, string> | undefined {
  const fg = style.inverse ? style.bg : style.fg;
  const bg = style.inverse ? style.fg : style.bg;
  const result: Record<string, string> = {};
  if (fg?.startsWith('#')) result['color'] = fg;
  if (bg?.startsWith('#')) result['backgroundColor'] = bg;
  return Object.keys(result).length > 0 ? result : undefined;
}

export interface Highlight { from: number; to: number; current: boolean }

/** Cuts the pieces at the highlights' borders. */
export function withHighlights(pieces: readonly Piece[], highlights: readonly Highlight[]): { piece: Piece; mark: Highlight | null }[] {
  const result: { piece: Piece; mark: Highlight | null }[] = [];
  let column = 0;
  for (const piece of pieces) {
    const end = column + piece.text.length;
    const borders = new Set([column, end]);
    for (const { from, to } of highlights) {
      for (const border of [from, to]) if (border > column && border < end) borders.add(border);
    }
    const sorted = [...borders].sort((a, b) => a - b);
    for (let at = 0; at + 1 < sorted.length; at += 1) {
      const [from, to] = [sorted[at]!, sorted[at + 1]!];
      const mark = highlights.find((each) => each.from <= from && each.to >= to) ?? null;
      result.push({ piece: { text: piece.text.slice(from - column, to - column), style: piece.style }, mark });
    }
    column = end;
  }
  return result;
}

export function Row({ pieces, highlights }: { pieces: readonly Piece[]; highlights: readonly Highlight[] }) {
  return (
    <div class="row">
      {withHighlights(pieces, highlights).map(({ piece, mark }, index) => (
        <span
          key={index}
          class={`${classOf(piece.style)}${mark ? (mark.current ? ' found current' : ' found') : ''}`}
          style={colours(piece.style)}
        >
          {piece.text}
        </span>
      ))}
    </div>
  );
}
