import { goToCode } from '../editor/places';
import { plural } from '../lib/format';
import { pathOf } from '../workspace/diagnostics';
import { excuses, problemGroups } from '../workspace/store';
import { Problem } from './Problem';

/** Why some files have no ideas of hlint's, below what matters more. */
function Excuses() {
  return (
    <>
      {excuses.value.map((each) => (
        <p key={each.uri} class="excuse muted" title={each.message}>
          {`hlint has no ideas for ${pathOf(each.uri)}: it cannot read it from `}
          <button class="link" onClick={() => goToCode(each)}>
            line {each.range.start.line + 1}
          </button>{' '}
          on.
        </p>
      ))}
    </>
  );
}

export function Problems() {
  const groups = problemGroups.value;
  if (groups.length === 0) {
    return (
      <div class="pane">
        <p class="empty">No problems. GHC's errors and warnings appear here while you type.</p>
        <Excuses />
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
      <Excuses />
    </div>
  );
}
