// A pane with a terminal in it: for programs that want one, and for the REPL.

import { useEffect, useRef, useState } from 'preact/hooks';
import { RunLine } from '../output/RunLine';
import { isLive } from '../runs/progress';
import { resizeRun, sendInput, shown, startRun, stopRun } from '../runs/store';
import type { Mode } from '../runs/types';
import { isPageKey } from '../shell/keys';
import { toast } from '../shell/toasts';
import { isFile, leadTo } from '../editor/places';
import { called, followEditor, reloadIfReady, reloadRepl } from './reload';
import type { Screen } from './xterm';

interface Kind {
  pane: 'terminal' | 'repl';
  mode: Mode;
  begin: string;
  explain: string;
}

const KINDS: Record<'terminal' | 'repl', Kind> = {
  terminal: {
    pane: 'terminal',
    mode: 'interpret',
    begin: 'Run in the terminal',
    explain: 'A program that asks for single keys, moves the cursor or wants colours runs here.',
  },
  repl: {
    pane: 'repl',
    mode: 'repl',
    begin: 'Start GHCi',
    explain: 'GHCi with this workspace’s modules: try expressions, ask :type and :info.',
  },
};

function useScreen(kind: Kind) {
  const place = useRef<HTMLDivElement>(null);
  const [screen, setScreen] = useState<Screen | null>(null);
  useEffect(() => {
    let opened: Screen | null = null;
    let left = false;
    const wiring = {
      onInput: (text: string) => {
        const run = shown[kind.pane].value;
        if (run && isLive(run.progress.value)) sendInput(run, text);
      },
      onResize: (columns: number, rows: number) => {
        const run = shown[kind.pane].value;
        if (run) resizeRun(run, columns, rows);
      },
      onPlace: leadTo,
      isFile,
      isOurs: isPageKey,
    };
    import('./xterm')
      .then(({ openScreen }) => {
        if (left || !place.current) return;
        opened = openScreen(place.current, wiring);
        setScreen(opened);
      })
      .catch(() => toast('The terminal could not be loaded. Reload the page.', 'bad'));
    return () => {
      left = true;
      opened?.close();
    };
  }, [kind]);
  return { place, screen };
}

export function TerminalPane({ kind: name }: { kind: 'terminal' | 'repl' }) {
  const kind = KINDS[name];
  const { place, screen } = useScreen(kind);
  const run = shown[kind.pane].value;
  const live = !!run && isLive(run.progress.value);

  useEffect(() => {
    if (!screen || !run) return undefined;
    screen.clear();
    if (kind.pane === 'repl') followEditor(screen);
    run.showIn((text, shown) =>
      screen.write(text, () => {
        shown();
        if (kind.pane === 'repl') reloadIfReady();
      }),
    );
    screen.focus();
    return () => {
      run.showIn(null);
      if (kind.pane === 'repl') followEditor(null);
    };
  }, [screen, run]);

  const calls = kind.pane === 'repl' ? called.value : 0;
  useEffect(() => {
    if (calls > 0) screen?.focus();
  }, [screen, calls]);

  const start = () => {
    if (screen) void startRun({ mode: kind.mode, pane: kind.pane, terminal: screen.size() });
  };

  return (
    <div class="pane terminal">
      {run && (
        <div class="output-tools">
          <code class="title">{`$ ${run.title.value}`}</code>
          {live ? (
            <button class="quiet" onClick={() => stopRun(run)}>
              Stop
            </button>
          ) : (
            <button class="quiet" onClick={start} disabled={!screen}>
              {kind.pane === 'repl' ? 'Start again' : 'Run again'}
            </button>
          )}
          <button class="quiet" disabled={!screen} onClick={() => void navigator.clipboard.writeText(screen?.text() ?? '')}>
            Copy
          </button>
          <button class="quiet" disabled={!screen} onClick={() => screen?.clear()}>
            Clear
          </button>
        </div>
      )}
      <div class="terminal-place" ref={place} hidden={!run} onFocusCapture={() => kind.pane === 'repl' && reloadRepl()} />
      {!run && (
        <p class="empty">
          <button class="primary" onClick={start} disabled={!screen}>
            {kind.begin}
          </button>
          <br />
          {kind.explain}
        </p>
      )}
      {run && <RunLine run={run} />}
    </div>
  );
}
