// What the user's plan allows and what is used of it.

import { useState } from 'preact/hooks';
import { getQuota } from '../api/service';
import { type Quota as QuotaOf, type QuotaLine, readQuota } from './quota';
import { Menu } from './Menu';

function Line({ line }: { line: QuotaLine }) {
  return (
    <li>
      <span>{line.label}</span>
      <span class="numbers">{line.text}</span>
      {line.share !== null && <progress max={1} value={line.share} aria-label={line.label} class={line.share > 0.85 ? 'high' : ''} />}
      {line.renews && <span class="muted renews">{line.renews}</span>}
    </li>
  );
}

function Lines({ quota }: { quota: QuotaOf }) {
  return (
    <>
      <h3>Plan: {quota.plan}</h3>
      <ul>
        {quota.used.map((line) => (
          <Line key={line.label} line={line} />
        ))}
      </ul>
      <details>
        <summary>What each session and run may use</summary>
        <ul>
          {quota.caps.map((line) => (
            <Line key={line.label} line={line} />
          ))}
        </ul>
      </details>
    </>
  );
}

export function Quota() {
  const [found, setFound] = useState<QuotaOf | string | null>(null);
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
          {found !== null && typeof found === 'object' && <Lines quota={found} />}
        </div>
      )}
    </Menu>
  );
}
