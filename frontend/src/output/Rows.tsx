// The rows of a run's output; only those near the visible part are in the page.

import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Piece } from './ansi';
import type { OutputBuffer } from './buffer';
import { isFile } from '../editor/places';
import type { Highlight, Way } from './cut';
import { Row } from './Row';
import type { Found } from './search';
import { paneSize } from './size';
import { lineAt, placesOf, rowsOf, rowStarts } from './wrap';

const ROW = 20;
const AROUND = 40;

function useColumns(place: { current: HTMLDivElement | null }) {
  const [size, setSize] = useState({ columns: 80, height: 400 });
  useLayoutEffect(() => {
    const measure = () => {
      const box = place.current!;
      const ruler = box.querySelector<HTMLElement>('.ruler')!;
      const width = ruler.getBoundingClientRect().width / 10 || 8;
      const columns = Math.max(20, Math.floor((box.clientWidth - 28) / width));
      if (box.clientWidth > 0) paneSize.columns = columns;
      setSize({ columns, height: box.clientHeight });
    };
    const observer = new ResizeObserver(measure);
    observer.observe(place.current!);
    void document.fonts.ready.then(() => place.current && measure());
    return () => observer.disconnect();
  }, []);
  return size;
}

function highlightsIn(found: readonly Found[], current: number, line: number, from: number, to: number): Highlight[] {
  return found.flatMap((each, index) =>
    each.line === line && each.to > from && each.from < to
      ? [{ from: each.from - from, to: each.to - from, current: index === current }]
      : [],
  );
}

function waysIn(laid: Piece[][], from: number, to: number): Way[] {
  return placesOf(laid)
    .filter((place) => place.to > from && place.from < to && isFile(place.path))
    .map((place) => ({ from: place.from - from, to: place.to - from, place }));
}

export function Rows({ buffer, found, current }: { buffer: OutputBuffer; found: readonly Found[]; current: number }) {
  const place = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const [top, setTop] = useState(0);
  const { columns, height } = useColumns(place);
  const version = buffer.version.value;
  // The buffer goes on changing between two versions: what is drawn is one moment of it.
  const { lines, dropped, starts } = useMemo(() => {
    const now = [...buffer.lines];
    return { lines: now, dropped: buffer.droppedLines, starts: rowStarts(now, columns) };
  }, [buffer, version, columns]);
  const total = starts[starts.length - 1]!;

  useLayoutEffect(() => {
    const box = place.current!;
    if (follows.current) box.scrollTop = box.scrollHeight;
  }, [total, height]);

  useLayoutEffect(() => {
    const target = found[current];
    if (!target || target.line >= lines.length) return;
    follows.current = false;
    place.current!.scrollTop = Math.max(0, starts[target.line]! * ROW - height / 2);
  }, [found, current]);

  const scrolled = () => {
    const box = place.current!;
    follows.current = box.scrollTop + box.clientHeight >= box.scrollHeight - ROW;
    setTop(box.scrollTop);
  };

  const first = Math.max(0, Math.floor(top / ROW) - AROUND);
  const last = Math.min(total, Math.ceil((top + height) / ROW) + AROUND);
  const rows = [];
  for (let row = first; row < last; ) {
    const line = lineAt(starts, row);
    const laid = rowsOf(lines[line]!, columns);
    let column = 0;
    for (let at = 0; at < laid.length; at += 1) {
      const length = laid[at]!.reduce((sum, piece) => sum + piece.text.length, 0);
      if (starts[line]! + at >= row && starts[line]! + at < last) {
        const marks = found.length > 0 ? highlightsIn(found, current, line, column, column + length) : [];
        rows.push(<Row key={dropped * 1e6 + starts[line]! + at} pieces={laid[at]!} highlights={marks} ways={waysIn(laid, column, column + length)} />);
      }
      column += length;
    }
    row = starts[line + 1]!;
  }
  return (
    <div class="rows" ref={place} onScroll={scrolled} tabIndex={0} role="log" aria-label="Output" aria-live="off">
      <span class="ruler" aria-hidden="true">
        MMMMMMMMMM
      </span>
      <div class="rows-space" style={{ height: `${total * ROW}px` }}>
        <div class="rows-window" style={{ transform: `translateY(${first * ROW}px)` }}>
          {rows}
        </div>
      </div>
    </div>
  );
}
