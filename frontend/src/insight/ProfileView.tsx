// Cost centres: a flame graph of the calls, and a table; both lead to the source.

import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { goToCode } from '../editor/places';
import { bytes, seconds } from '../lib/format';
import type { CostCentre, Profile } from '../protocol';
import { uriOf } from '../workspace/diagnostics';
import { costly, type Frame, frames, percent, table } from './figures';
import { profile } from './state';

type By = 'ticks' | 'bytes';
const ROW = 18;
const SHOWN_ROWS = 60;

function open({ path, range }: CostCentre): void {
  if (!path || !range) return;
  goToCode({ uri: uriOf(path), range });
}

const name = (centre: CostCentre) => (centre.module ? `${centre.module}.${centre.label}` : centre.label);
const time = (report: Profile, ticks: number) => seconds(ticks * report.tickSeconds);

const OWN = { ticks: 'ticks', bytes: 'allocatedBytes' } as const;

/** The more of all a call costs by itself, the fuller its colour; the text on it stays readable. */
const fullness = (frame: Frame, by: By, total: number) => 0.1 + (0.4 * frame.own[OWN[by]]) / total;

/** `scale`: pixels of one tick or byte; `total`: how many there are. */
function Box({ frame, report, by, scale, total }: { frame: Frame; report: Profile; by: By; scale: number; total: number }) {
  const centre = report.centres[frame.own.centre]!;
  const [x, width] = [frame.start * scale, frame[by] * scale];
  if (width < 1) return null;
  const said = `${name(centre)}: ${time(report, frame.ticks)}, ${bytes(frame.bytes)} allocated, entered ${frame.own.entries.toLocaleString('en')} times`;
  const go = () => open(centre);
  return (
    <g class={centre.path ? 'own' : 'foreign'} onClick={go}>
      <title>{said}</title>
      <rect x={x} y={frame.depth * ROW} width={width - 0.5} height={ROW - 1} rx={2} fill-opacity={centre.path ? fullness(frame, by, total) : undefined} />
      {width > 40 && (
        <text x={x + 4} y={frame.depth * ROW + 12.5}>
          {centre.label.slice(0, Math.floor(width / 7))}
        </text>
      )}
    </g>
  );
}

function Flame({ report, by }: { report: Profile; by: By }) {
  const place = useRef<SVGSVGElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    if (!place.current) return;
    const observer = new ResizeObserver(([seen]) => setWidth(seen!.contentRect.width));
    observer.observe(place.current);
    return () => observer.disconnect();
  }, [report, by]);
  const boxes = frames(report, by);
  const total = boxes[0]?.[by] ?? 0;
  if (total === 0) return <p class="advice">Nothing was measured: the program was too quick for a tick.</p>;
  const scale = width / total;
  const height = (Math.max(0, ...boxes.filter((each) => each[by] * scale > 1).map((each) => each.depth)) + 1) * ROW;
  return (
    <svg class="flame" height={height} ref={place} role="img" aria-label="Flame graph; the table below says the same">
      {boxes.map((frame) => (
        <Box key={frame.at} frame={frame} report={report} by={by} scale={scale} total={total} />
      ))}
    </svg>
  );
}

function Table({ report }: { report: Profile }) {
  const [all, setAll] = useState(false);
  const rows = table(report);
  const shown = all ? rows : rows.filter((row) => costly(report, row));
  const ticks = Math.max(1, report.ticks);
  const allocated = Math.max(1, report.allocatedBytes);
  return (
    <table class="figures">
      <thead>
        <tr>
          <th scope="col">cost centre</th>
          <th scope="col">time</th>
          <th scope="col">allocation</th>
          <th scope="col">with what it calls</th>
          <th scope="col">entries</th>
        </tr>
      </thead>
      <tbody>
        {shown.slice(0, SHOWN_ROWS).map((row) => {
          const centre = report.centres[row.centre]!;
          return (
            <tr key={row.centre}>
              <th scope="row">
                {centre.path ? (
                  <button class="link" title={`${centre.path}, line ${centre.range!.start.line + 1}`} onClick={() => open(centre)}>
                    {name(centre)}
                  </button>
                ) : (
                  name(centre)
                )}
              </th>
              <td class="numbers">{percent(row.ticks / ticks)}</td>
              <td class="numbers" title={bytes(row.bytes)}>
                {percent(row.bytes / allocated)}
              </td>
              <td class="numbers">{`${percent(row.allTicks / ticks)} · ${percent(row.allBytes / allocated)}`}</td>
              <td class="numbers">{row.entries.toLocaleString('en')}</td>
            </tr>
          );
        })}
      </tbody>
      {shown.length < rows.length && (
        <tfoot>
          <tr>
            <th colSpan={5}>
              <button class="link" onClick={() => setAll(true)}>{`${rows.length - shown.length} more below 1 %`}</button>
            </th>
          </tr>
        </tfoot>
      )}
    </table>
  );
}

export function ProfileView() {
  const [by, setBy] = useState<By>('ticks');
  const found = profile.value;
  if (!found) return <p class="empty">“Profile” shows which functions take the time and the memory.</p>;
  const { report, title } = found;
  return (
    <>
      <p>
        <code>{title}</code> <span class="muted">{`${time(report, report.ticks)} · ${bytes(report.allocatedBytes)} allocated`}</span>
      </p>
      <p class="choices" role="group" aria-label="What the flame graph shows">
        <button aria-pressed={by === 'ticks'} onClick={() => setBy('ticks')}>
          Time
        </button>
        <button aria-pressed={by === 'bytes'} onClick={() => setBy('bytes')}>
          Allocation
        </button>
      </p>
      <Flame report={report} by={by} />
      <Table report={report} />
      {report.cut && <p class="advice">Only the calls that cost most are shown.</p>}
    </>
  );
}
