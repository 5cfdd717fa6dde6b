// Time and allocation of a run, beside how it ended.

import type { Measured } from '../protocol';
import { statisticLines } from './figures';

export function Statistics({ measured }: { measured: Measured }) {
  const { report } = measured;
  if (measured.failure !== null) return <p class="advice">{measured.failure}</p>;
  if (report?.type !== 'statistics') return null;
  return (
    <dl class="statistics" aria-label="Time and allocation">
      {statisticLines(report).map(([name, text]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd class="numbers">{text}</dd>
        </div>
      ))}
    </dl>
  );
}
