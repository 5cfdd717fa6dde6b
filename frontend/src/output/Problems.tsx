import { plural } from '../lib/format';
import { problemGroups } from '../workspace/store';
import { Problem } from './Problem';

export function Problems() {
  const groups = problemGroups.value;
  if (groups.length === 0) {
    return (
      <div class="pane">
        <p class="empty">No problems. GHC's errors and warnings appear here while you type.</p>
      </div>
    );
  }
  return (
    <div class="pane problems" tabIndex={0} aria-label="Problems">
      {groups.map((group) => (
        <section key={group.path}>
          <h3>
            {group.path} <span class="count">{plural(group.problems.length, 'problem')}</span>
          </h3>
          {group.problems.map((problem, index) => (
            <Problem key={index} diagnostic={problem} />
          ))}
        </section>
      ))}
    </div>
  );
}
