// The spread of a benchmark beside the one before: each run a dot, the quartiles a box.

import { plural } from '../lib/format';
import { compare, precise, type Spread, spread } from './figures';
import { benchmark, previous, type Timed } from './state';

const WIDTH = 400;
const HEIGHT = 44;

function Plot({ timed, span, label }: { timed: Timed; span: readonly [number, number]; label: string }) {
  const samples = timed.report.wallSeconds;
  const found = spread(samples);
  if (!found) return null;
  const [least, most] = span;
  const x = (value: number) => 6 + ((value - least) / (most - least || 1)) * (WIDTH - 12);
  const said = `${label}: median ${precise(found.median)}, from ${precise(found.min)} to ${precise(found.max)}`;
  return (
    <figure class="spread">
      <figcaption>{label}</figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={said}>
        <line x1={x(found.min)} x2={x(found.max)} y1={14} y2={14} />
        <rect x={x(found.low)} width={Math.max(1, x(found.high) - x(found.low))} y={5} height={18} rx={2} />
        <line class="median" x1={x(found.median)} x2={x(found.median)} y1={3} y2={25} />
        {samples.map((value, index) => (
          <circle key={index} cx={x(value)} cy={36} r={3} />
        ))}
      </svg>
    </figure>
  );
}

const ROWS: [string, (found: Spread) => number][] = [
  ['median', (found) => found.median],
  ['quartiles', (found) => found.low],
  ['least', (found) => found.min],
  ['most', (found) => found.max],
];

const value = (name: string, found: Spread | null, of: (found: Spread) => number) =>
  !found ? '–' : name === 'quartiles' ? `${precise(found.low)} – ${precise(found.high)}` : precise(of(found));

export function BenchmarkView() {
  const now = benchmark.value;
  if (!now) return <p class="empty">“Benchmark” runs the program many times and shows the spread.</p>;
  const before = previous.value;
  const all = [...now.report.wallSeconds, ...(before?.report.wallSeconds ?? [])];
  const span = [Math.min(...all), Math.max(...all)] as const;
  const [wall, cpu, earlier] = [spread(now.report.wallSeconds), spread(now.report.cpuSeconds), before ? spread(before.report.wallSeconds) : null];
  const verdict = before ? compare(now.report, before.report) : null;
  return (
    <>
      <p>
        <code>{now.title}</code> <span class="muted">{plural(now.report.wallSeconds.length, 'run')}, after one to warm up</span>
      </p>
      {now.report.shortfall && <p class="advice">{now.report.shortfall}</p>}
      {verdict && <p class={`verdict ${verdict.tone}`}>{verdict.text}</p>}
      {wall && <Plot timed={now} span={span} label="this one" />}
      {before && earlier && <Plot timed={before} span={span} label={`before: ${before.title}`} />}
      <table class="figures">
        <thead>
          <tr>
            <th />
            <th scope="col">wall clock</th>
            <th scope="col">CPU</th>
            {before && <th scope="col">wall clock before</th>}
          </tr>
        </thead>
        <tbody>
          {ROWS.map(([name, of]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td class="numbers">{value(name, wall, of)}</td>
              <td class="numbers">{value(name, cpu, of)}</td>
              {before && <td class="numbers">{value(name, earlier, of)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
