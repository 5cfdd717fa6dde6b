import { leadTo } from '../editor/places';
import type { Piece, Style } from './ansi';
import { cutAt, type Highlight, type Way } from './cut';

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

function leading({ place }: Way) {
  return {
    role: 'link' as const,
    tabIndex: 0,
    title: `Go to line ${place.line} of ${place.path}`,
    onClick: () => getSelection()?.isCollapsed !== false && leadTo(place),
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key !== 'Enter') return;
      event.preventDefault(); // else the editor, which has the keyboard then, takes it for a line break
      leadTo(place);
    },
  };
}

export function Row({ pieces, highlights, ways }: { pieces: readonly Piece[]; highlights: readonly Highlight[]; ways: readonly Way[] }) {
  return (
    <div class="row">
      {cutAt(pieces, highlights, ways).map(({ piece, mark, way }, index) => (
        <span
          key={index}
          class={`${classOf(piece.style)}${mark ? (mark.current ? ' found current' : ' found') : ''}${way ? ' way' : ''}`}
          style={colours(piece.style)}
          {...(way ? leading(way) : {})}
        >
          {piece.text}
        </span>
      ))}
    </div>
  );
}
