// What the user's plan allows and what is used of it.

import { useState } from 'preact/hooks';
import { getQuota } from '../api/service';
import { type QuotaLine, readQuota } from './quota';
import { Menu } from './Menu';

function Line({ line }: { line: QuotaLine }) {
  return (
    <li>
      <span>{line.label}</span>
      <span class="numbers">{line.text}</span>
      {line.share !== null && <progress max={1} value={line.share} aria-label={line.label} class={line.share > 0.85 ? 'high' : ''} />}
    </li>
  );
}

export function Quota() {
  const [found, setFound] = useState<{ plan: string; lines: QuotaLine[] } | string | null>(null);
  const load = () => {
    getQuota().then(
      (answer) => setFound(readQuota(answer)),
      (error: unknown) => setFound((error as Error).message),
    );
  };
  return (
    <Menu className="quota wide-only" align="right" title="Quota: what you may use and have used" label={<span>Quota</span>} onOpen={load}>
      {() => (
        <div class="menu-text quota-body">
          {found === null && <p class="muted">Loading …</p>}
          {typeof found === 'string' && <p>{found}</p>}
          {found !== null && typeof found === 'object' && (
            <>
              <h3>Plan: {found.plan}</h3>
              <ul>
                {found.lines.map((line) => (
                  <Line key={line.label} line={line} />
                ))}
              </ul>
            </>
          )}
        </div>
      )}
    </Menu>
  );
}
