import { goToCode } from '../editor/places';
import { plural } from '../lib/format';
import { around, type Use } from './answers';
import { references } from './references';

function Line({ use }: { use: Use }) {
  const [before, used, after] = around(use);
  const open = () => {
    goToCode(use.location);
  };
  return (
    <button class="use" onClick={open}>
      <span class="numbers muted">{use.location.range.start.line + 1}</span>
      <code>
        {before}
        <mark>{used}</mark>
        {after}
      </code>
    </button>
  );
}

/** Where a name is used, file by file. */
export function References() {
  const found = references.value;
  if (!found) return <p class="empty">Put the cursor on a name and press Shift+F12.</p>;
  return (
    <div class="pane uses">
      <p class="uses-head">
        <code>{found.name}</code> <span class="muted">{`${plural(found.count, 'place')} in ${plural(found.files.length, 'file')}`}</span>
      </p>
      {found.files.map(({ path, uses }) => (
        <section key={path}>
          <h3>
            {path} <span class="count">{uses.length}</span>
          </h3>
          {uses.map((use, index) => (
            <Line key={index} use={use} />
          ))}
        </section>
      ))}
    </div>
  );
}
