// One message of GHC in a list; choosing it goes to its place.

import { goToCode } from '../editor/places';
import type { ShownDiagnostic as Diagnostic } from '../protocol';
import { explanation, pathOf, severityOf } from '../workspace/diagnostics';

const SIGNS = { error: '✗', warning: '▲', info: '●', hint: '○' };

export function Problem({ diagnostic, whole = false }: { diagnostic: Diagnostic; whole?: boolean }) {
  const severity = severityOf(diagnostic);
  const { line, character } = diagnostic.range.start;
  const url = explanation(diagnostic);
  const place = `${whole ? `${pathOf(diagnostic.uri)}:` : ''}${line + 1}:${character + 1}`;
  return (
    <div class={`problem ${severity}`}>
      <div class="problem-head">
        <span class="sign" role="img" aria-label={severity}>
          {SIGNS[severity]}
        </span>
        <button class="link place" onClick={() => goToCode(diagnostic)}>
          {place}
        </button>
        {url === null ? (
          <span class="code">{diagnostic.code ?? ''}</span>
        ) : (
          <a class="code" href={url} target="_blank" rel="noopener noreferrer" title={`What this message means (${new URL(url).hostname})`}>
            {diagnostic.code}
          </a>
        )}
      </div>
      <pre onClick={() => goToCode(diagnostic)}>{diagnostic.message}</pre>
    </div>
  );
}
