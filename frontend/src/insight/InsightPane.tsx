// What the last measured runs told: coverage, profile, benchmark.

import { BenchmarkView } from './BenchmarkView';
import { CoverageView } from './CoverageView';
import { ProfileView } from './ProfileView';
import { benchmark, coverage, failure, kind, type Kind, profile } from './state';

const VIEWS = { coverage: CoverageView, profile: ProfileView, benchmark: BenchmarkView };
const TITLES: [Kind, string][] = [
  ['coverage', 'Coverage'],
  ['profile', 'Profile'],
  ['benchmark', 'Benchmark'],
];
const there = { coverage, profile, benchmark };

export default function InsightPane() {
  const shown = kind.value;
  const offered = TITLES.filter(([name]) => there[name].value !== null);
  const View = shown && VIEWS[shown];
  return (
    <div class="pane insight">
      {offered.length > 1 && (
        <p class="choices" role="group" aria-label="Insight">
          {offered.map(([name, title]) => (
            <button key={name} aria-pressed={name === shown} onClick={() => (kind.value = name)}>
              {title}
            </button>
          ))}
        </p>
      )}
      {failure.value !== null && (
        <p class="refused" role="alert">
          {failure.value}
        </p>
      )}
      {View ? <View /> : failure.value === null && <p class="empty">Run with coverage, profile or benchmark: the palette has them all.</p>}
    </div>
  );
}
