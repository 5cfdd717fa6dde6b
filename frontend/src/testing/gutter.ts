// Run buttons in the margin, results beside the code.

import { type Range as Placed, RangeSet, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView, gutter, GutterMarker, WidgetType } from '@codemirror/view';
import type { Runnable } from '../protocol';
import { rpc } from '../workspace/session';
import { active } from '../workspace/opened';
import { toOffset } from '../workspace/changes';
import { uriOf } from '../workspace/diagnostics';
import { flushDocuments } from '../workspace/saving';
import { element } from '../language/markup';
import { afterRest } from '../language/resting';
import { keyOf, type Result } from './results';
import { canTest, evaluate, runOne } from './run';
import { found, runnables } from './state';

const PAUSE_MS = 300;
const SIGNS = { running: '…', passed: '✓', failed: '✗' };

const WORDS: Record<Runnable['kind'], string> = {
  main: 'Run the program',
  property: 'Check',
  spec: 'Run the test',
  tasty: 'Run the test',
  examples: 'Check the examples',
};

class RunButton extends GutterMarker {
  constructor(
    private readonly which: Runnable,
    private readonly result: Result | undefined,
  ) {
    super();
  }

  override eq(other: RunButton): boolean {
    return keyOf(other.which) === keyOf(this.which) && other.result === this.result;
  }

  override toDOM(view: EditorView): HTMLElement {
    const button = element('button', `run-mark ${this.result?.state ?? ''}`, this.result ? SIGNS[this.result.state] : '▶');
    const label = `${WORDS[this.which.kind]}${this.which.name && this.which.kind !== 'main' ? ` ${this.which.name}` : ''}`;
    button.title = this.result ? `${label} again` : label;
    button.setAttribute('aria-label', this.result ? `${label}: ${this.result.state}` : label);
    button.tabIndex = -1;
    button.addEventListener('click', () => runOne(view, this.which));
    return button;
  }
}

class Said extends WidgetType {
  constructor(private readonly result: Result) {
    super();
  }

  override eq(other: Said): boolean {
    return other.result === this.result;
  }

  override toDOM(): HTMLElement {
    const { state, said } = this.result;
    const box = element(said.includes('\n') ? 'pre' : 'span', `run-said ${state}`, said);
    box.setAttribute('role', 'status');
    return box;
  }
}

/** Evaluates the examples of a comment, or of all comments. */
class Evaluate extends WidgetType {
  constructor(
    private readonly line: number,
    private readonly more: boolean,
  ) {
    super();
  }

  override eq(other: Evaluate): boolean {
    return other.line === this.line && other.more === this.more;
  }

  override toDOM(): HTMLElement {
    const box = element('span', 'run-lens', this.button('Evaluate', this.line));
    if (this.more) box.append(this.button('Evaluate all', undefined));
    return box;
  }

  private button(title: string, line: number | undefined): HTMLElement {
    const button = element('button', 'link', title);
    button.tabIndex = -1;
    button.addEventListener('mousedown', (event) => event.preventDefault());
    button.addEventListener('click', () => void evaluate(line));
    return button;
  }
}

const lineStart = (view: { state: EditorView['state'] }, { range }: Runnable) =>
  view.state.doc.lineAt(toOffset(view.state.doc, range.start));

function markers(view: EditorView): RangeSet<GutterMarker> {
  const { all, results } = view.state.field(runnables);
  const lines = new Map<number, Placed<GutterMarker>>(); // one a line: the first
  for (const each of all) {
    const { from } = lineStart(view, each);
    if (!lines.has(from)) lines.set(from, new RunButton(each, results.get(keyOf(each))).range(from));
  }
  return RangeSet.of([...lines.values()], true);
}

function decorations(state: EditorView['state']): DecorationSet {
  const { all, results } = state.field(runnables);
  const examples = all.filter(({ kind }) => kind === 'examples');
  const placed = all.flatMap((each) => {
    const line = lineStart({ state }, each);
    const said = results.get(keyOf(each));
    const shown: Placed<Decoration>[] = [];
    if (each.kind === 'examples') {
      const lens = new Evaluate(line.number - 1, each === examples[0] && examples.length > 1);
      shown.push(Decoration.widget({ widget: lens, side: 1 }).range(line.to));
    }
    if (said?.said) {
      const block = said.said.includes('\n');
      const end = block ? state.doc.lineAt(toOffset(state.doc, each.range.end)).to : line.to;
      shown.push(Decoration.widget({ widget: new Said(said), side: 2, block }).range(end));
    }
    return shown;
  });
  return Decoration.set(placed, true);
}

const shown = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(value, transaction) {
    const before = transaction.startState.field(runnables, false);
    if (before !== transaction.state.field(runnables)) return decorations(transaction.state);
    return value.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

async function look(view: EditorView): Promise<void> {
  const doc = active.peek();
  if (!doc || !canTest() || !rpc.isReady) return;
  flushDocuments();
  const text = view.state.doc;
  const all = await rpc.call('haskell/runnables', { uri: uriOf(doc.path) }).catch(() => null);
  if (all && active.peek() === doc && view.state.doc === text) view.dispatch({ effects: found.of(all) });
}

const follow = afterRest(PAUSE_MS, (view) => void look(view), (update) => update.docChanged);

/** Looks again for what can be run: the session has come up. */
export const runnablesLater = (view: EditorView) => view.plugin(follow)?.later();

export const runButtons = [
  runnables,
  shown,
  follow,
  gutter({
    class: 'cm-run-gutter',
    markers,
    lineMarkerChange: (update) => update.startState.field(runnables) !== update.state.field(runnables) || update.docChanged,
    initialSpacer: () => new RunButton({ kind: 'main', name: '', range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } } }, undefined),
  }),
];
