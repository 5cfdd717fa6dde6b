// Coverage by module; a click goes to its first line that never ran.

import { goToCode } from '../editor/places';
import type { CoveredModule, Tally } from '../protocol';
import { uriOf } from '../workspace/diagnostics';
import { percent, share, sum } from './figures';
import { coverage, edited, hideCoverage } from './state';

function Share({ tally }: { tally: Tally }) {
  if (tally.total === 0) return <td class="numbers muted">–</td>;
  const part = share(tally);
  return (
    <td class="numbers" title={`${tally.covered} of ${tally.total}`}>
      <meter min={0} max={1} value={part} aria-hidden="true" />
      {percent(part)}
    </td>
  );
}

function open(module: CoveredModule): void {
  const first = module.marks.find((mark) => mark.kind === 'never') ?? module.marks[0];
  const start = { line: 0, character: 0 };
  goToCode({ uri: uriOf(module.path), range: first?.range ?? { start, end: start } });
}

function Module({ module }: { module: CoveredModule }) {
  return (
    <tr>
      <th scope="row">
        <button class="link" title={module.path} onClick={() => open(module)}>
          {module.module}
        </button>
        {edited.value.has(module.path) && <span class="muted"> edited since</span>}
      </th>
      <Share tally={module.expressions} />
      <Share tally={module.alternatives} />
      <Share tally={module.conditions} />
      <Share tally={module.bindings} />
    </tr>
  );
}

export function CoverageView() {
  const report = coverage.value;
  if (!report) return <p class="empty">“Run with coverage” shows what of the program was executed.</p>;
  const { modules } = report;
  return (
    <>
      <table class="figures">
        <thead>
          <tr>
            <th scope="col">module</th>
            <th scope="col">expressions</th>
            <th scope="col">alternatives</th>
            <th scope="col" title="conditions that were both true and false">
              conditions
            </th>
            <th scope="col">top-level bindings</th>
          </tr>
        </thead>
        <tbody>
          {modules.map((module) => (
            <Module key={module.module} module={module} />
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">all</th>
            <Share tally={sum(modules, (module) => module.expressions)} />
            <Share tally={sum(modules, (module) => module.alternatives)} />
            <Share tally={sum(modules, (module) => module.conditions)} />
            <Share tally={sum(modules, (module) => module.bindings)} />
          </tr>
        </tfoot>
      </table>
      <p class="legend">
        <span class="covered executed">executed</span> <span class="covered never">never</span>{' '}
        <span class="covered alwaysTrue">only True</span> <span class="covered alwaysFalse">only False</span>
        <button class="quiet" onClick={hideCoverage}>
          Hide
        </button>
      </p>
      {report.cut && <p class="advice">There is more than can be shaded: the last modules have no shading.</p>}
    </>
  );
}
