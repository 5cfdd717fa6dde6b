// The list of what was found in all files, with what would take its place.

import { useEffect, useRef } from 'preact/hooks';
import { goToCode } from '../editor/places';
import { plural } from '../lib/format';
import { backToEditor } from '../shell/commands';
import { uriOf } from '../workspace/diagnostics';
import { readOnly } from '../workspace/store';
import { asked, focusAsked } from './asked';
import { count, found, isWrong, leaveOut, MOST, query, replaceAll, replacement, searching } from './everywhere';
import { type FileMatches, type Match, shownLine } from './matches';
import { Toggles } from './Toggles';

function open(path: string, { line, from, to }: Match): void {
  goToCode({ uri: uriOf(path), range: { start: { line, character: from }, end: { line, character: to } } });
}

function Line({ path, match }: { path: string; match: Match }) {
  const [before, text, after] = shownLine(match);
  const replaces = replacement.value !== null;
  return (
    <li class="find-line">
      <button class="use" onClick={() => open(path, match)}>
        <span class="numbers muted">{match.line + 1}</span>
        <code>
          {before}
          {replaces ? <del>{text}</del> : <mark>{text}</mark>}
          {replaces && match.replacement && <ins>{match.replacement}</ins>}
          {after}
        </code>
      </button>
      {replaces && (
        <button class="quiet" aria-label={`Replace in line ${match.line + 1} of ${path}`} onClick={() => void replaceAll([{ path, matches: [match] }])}>
          Replace
        </button>
      )}
      {replaces && (
        <button class="icon" title="Leave it as it is" aria-label={`Leave out line ${match.line + 1} of ${path}`} onClick={() => leaveOut(path, match)}>
          ×
        </button>
      )}
    </li>
  );
}

function File({ file }: { file: FileMatches }) {
  return (
    <section>
      <h3>
        {file.path} <span class="count">{file.matches.length}</span>
        {replacement.value !== null && (
          <button class="quiet" onClick={() => void replaceAll([file])}>
            Replace in the file
          </button>
        )}
      </h3>
      <ul>
        {file.matches.map((match) => (
          <Line key={`${match.line}:${match.from}`} path={file.path} match={match} />
        ))}
      </ul>
    </section>
  );
}

function summary(): string {
  if (isWrong.value) return 'This is not a regular expression.';
  if (found.value === null) return query.value.text ? 'Looking …' : '';
  if (count.value === 0) return searching.value ? 'Looking …' : 'Nothing was found.';
  const more = count.value >= MOST ? `The first ${count.value.toLocaleString('en')} places` : plural(count.value, 'place');
  return `${more} in ${plural(found.value.length, 'file')}`;
}

function Fields() {
  const field = useRef<HTMLInputElement>(null);
  const replaces = replacement.value !== null;
  useEffect(() => {
    if (asked.value > 0) focusAsked(field.current!);
  }, [asked.value]);
  return (
    <div class="find-fields" onKeyDown={(event) => event.key === 'Escape' && backToEditor()}>
      <div class="find-row">
        {!readOnly.value && (
          <button class="icon" aria-expanded={replaces} aria-label="Replace, too" title="Replace, too" onClick={() => (replacement.value = replaces ? null : '')}>
            <span class={`chevron ${replaces ? 'open' : ''}`} aria-hidden="true" />
          </button>
        )}
        <input
          ref={field}
          type="search"
          class={isWrong.value ? 'wrong' : ''}
          value={query.value.text}
          placeholder="Find in all files"
          aria-label="Find in all files"
          spellcheck={false}
          autocapitalize="off"
          onInput={(event) => (query.value = { ...query.value, text: event.currentTarget.value })}
        />
        <Toggles on={query.value} change={(to) => (query.value = { ...query.value, ...to })} />
      </div>
      {replaces && (
        <div class="find-row find-with">
          <input
            value={replacement.value ?? ''}
            placeholder="Replace with"
            aria-label="Replace with"
            spellcheck={false}
            autocapitalize="off"
            onInput={(event) => (replacement.value = event.currentTarget.value)}
          />
          <button disabled={count.value === 0} onClick={() => void replaceAll(found.value ?? [])}>
            Replace all
          </button>
        </div>
      )}
    </div>
  );
}

export function Everywhere() {
  return (
    <div class="pane find-everywhere">
      <Fields />
      <p class="uses-head muted" role="status">
        {summary()}
      </p>
      <div class="find-list" tabIndex={0} aria-label="What was found">
        {(found.value ?? []).map((file) => (
          <File key={file.path} file={file} />
        ))}
      </div>
    </div>
  );
}
