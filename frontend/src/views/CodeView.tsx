// One stage of a module in an editor that cannot be written in; beside another level, with what differs.

import { StreamLanguage } from '@codemirror/language';
import { gas } from '@codemirror/legacy-modes/mode/gas';
import { c } from '@codemirror/legacy-modes/mode/clike';
import { unifiedMergeView } from '@codemirror/merge';
import { search, searchKeymap } from '@codemirror/search';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import { useEffect, useRef } from 'preact/hooks';
import { styleNonce } from '../boot';
import { haskellLanguage } from '../editor/haskell';
import { theme } from '../editor/theme';
import { becameOf, lights, lightUp, pointing } from './lighting';
import { lit, nameOf, type Shown, type Stage } from './state';

const LANGUAGES: Record<Stage, () => Extension> = {
  core: () => haskellLanguage,
  stg: () => haskellLanguage,
  cmm: () => StreamLanguage.define(c),
  asm: () => StreamLanguage.define(gas),
};

const differences = (original: string) =>
  unifiedMergeView({ original, mergeControls: false, gutter: true, collapseUnchanged: { margin: 3, minSize: 6 } });

function stateOf({ wanted, view, other }: Shown): EditorState {
  return EditorState.create({
    doc: view.text,
    extensions: [
      EditorView.cspNonce.of(styleNonce),
      EditorState.readOnly.of(true),
      EditorView.editable.of(false),
      EditorView.contentAttributes.of({ tabindex: '0', 'aria-label': `${nameOf(wanted.stage)} of the module` }),
      lineNumbers(),
      theme,
      LANGUAGES[wanted.stage](),
      search({ top: true }),
      keymap.of(searchKeymap),
      lights,
      pointing(() => view.sources),
      ...(other ? [differences(other.text)] : []),
    ],
  });
}

export function CodeView({ shown }: { shown: Shown }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const view = new EditorView({ parent: place.current!, state: stateOf(shown) });
    const stop = lit.subscribe((line) => {
      lightUp(view, becameOf(shown.view.sources, line), !place.current!.matches(':hover'));
    });
    return () => {
      stop();
      view.destroy();
    };
  }, [shown]);
  return <div class="code-view" ref={place} />;
}
