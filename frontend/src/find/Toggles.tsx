// How a query is meant: three buttons that are on or off.

type Name = 'caseSensitive' | 'word' | 'regexp';

const TOGGLES: readonly [Name, string, string][] = [
  ['caseSensitive', 'Aa', 'Match case'],
  ['word', 'W', 'Whole names only'],
  ['regexp', '.*', 'Regular expression'],
];

export function Toggles({ on, change }: { on: Record<Name, boolean>; change: (to: Partial<Record<Name, boolean>>) => void }) {
  return (
    <span class="find-toggles">
      {TOGGLES.map(([name, sign, title]) => (
        <button key={name} type="button" class="icon" aria-pressed={on[name]} title={title} aria-label={title} onClick={() => change({ [name]: !on[name] })}>
          {sign}
        </button>
      ))}
    </span>
  );
}
