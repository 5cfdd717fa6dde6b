// A terminal in the page. Loaded when one is asked for.

import { FitAddon } from '@xterm/addon-fit';
import { type ILink, type ITheme, Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { styleNonce } from '../boot';
import { flatColours } from './colours';
import { type Place, placesIn } from '../lib/places';

export interface Screen {
  write: (text: string, shown: () => void) => void;
  clear: () => void;
  focus: () => void;
  text: () => string;
  /** Whether GHCi waits with an empty line. */
  atPrompt: () => boolean;
  size: () => { columns: number; rows: number };
  close: () => void;
}

interface Wiring {
  onInput: (text: string) => void;
  onResize: (columns: number, rows: number) => void;
  /** A place of a file that was clicked. */
  onPlace: (place: Place) => void;
  /** Whether there is such a file, so that its places lead somewhere. */
  isFile: (path: string) => boolean;
  /** Keys that are the page's, not the program's. */
  isOurs: (event: KeyboardEvent) => boolean;
}

const NAMES = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];

/** The page's colours as they are now; `place` wears one after the other to tell what each is in light or dark. */
function theme(place: HTMLElement): ITheme {
  const token = (name: string) => {
    place.style.color = `var(${name})`;
    return getComputedStyle(place).color;
  };
  const colours = Object.fromEntries(
    NAMES.flatMap((name, index) => [
      [name, token(`--ansi-${index}`)],
      [`bright${name[0]!.toUpperCase()}${name.slice(1)}`, token(`--ansi-${index + 8}`)],
    ]),
  );
  const found = {
    ...colours,
    background: token('--bg'),
    foreground: token('--fg'),
    cursor: token('--accent'),
    cursorAccent: token('--bg'),
    selectionBackground: token('--selection'),
  };
  place.style.removeProperty('color');
  return found;
}

/** xterm makes its own style elements and has no setting for their nonce: they get it as they are made. */
function withNonce(work: () => void): void {
  const { prototype } = Document;
  const make = Object.getOwnPropertyDescriptor(prototype, 'createElement')!;
  const original = make.value as (this: Document, ...given: unknown[]) => HTMLElement;
  function createElement(this: Document, ...given: unknown[]): HTMLElement {
    const made = original.apply(this, given);
    if (made instanceof HTMLStyleElement) made.nonce = styleNonce;
    return made;
  }
  Object.defineProperty(prototype, 'createElement', { ...make, value: createElement });
  try {
    work();
  } finally {
    Object.defineProperty(prototype, 'createElement', make);
  }
}

/** Places in Haskell files, as GHC and call stacks write them, lead there. */
function linksOf(terminal: Terminal, row: number, { isFile, onPlace }: Wiring): ILink[] {
  const text = terminal.buffer.active.getLine(row - 1)?.translateToString(true) ?? '';
  return placesIn(text)
    .filter(({ path }) => isFile(path))
    .map((place) => ({
      range: { start: { x: place.from + 1, y: row }, end: { x: place.to, y: row } },
      text: text.slice(place.from, place.to),
      activate: () => onPlace(place),
    }));
}

export function openScreen(place: HTMLElement, wiring: Wiring): Screen {
  const terminal = new Terminal({
    fontFamily: "'JetBrains Mono', monospace",
    fontSize: 13,
    lineHeight: 1.2,
    cursorBlink: !matchMedia('(prefers-reduced-motion: reduce)').matches,
    scrollback: 10_000,
    theme: theme(place),
    convertEol: false,
    screenReaderMode: false,
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  withNonce(() => terminal.open(place));
  fit.fit();
  terminal.attachCustomKeyEventHandler((event) => !wiring.isOurs(event));
  terminal.registerLinkProvider({ provideLinks: (row, tell) => tell(linksOf(terminal, row, wiring)) });
  terminal.onData(wiring.onInput);
  terminal.onResize(({ cols, rows }) => wiring.onResize(cols, rows));
  const resized = new ResizeObserver(() => {
    if (place.clientWidth > 0) fit.fit();
  });
  resized.observe(place);
  const recolour = () => (terminal.options.theme = theme(place));
  const dark = matchMedia('(prefers-color-scheme: dark)');
  dark.addEventListener('change', recolour);
  const switched = new MutationObserver(recolour);
  switched.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  return {
    write: (text, done) => terminal.write(flatColours(text), done),
    clear: () => terminal.reset(),
    focus: () => terminal.focus(),
    text: () => {
      const lines: string[] = [];
      const { active } = terminal.buffer;
      for (let row = 0; row < active.length; row += 1) lines.push(active.getLine(row)?.translateToString(true) ?? '');
      return lines.join('\n').trimEnd();
    },
    atPrompt: () => {
      const { active } = terminal.buffer;
      const line = active.getLine(active.baseY + active.cursorY)?.translateToString(true) ?? '';
      return /^ghci> ?$/.test(line);
    },
    size: () => ({ columns: terminal.cols, rows: terminal.rows }),
    close: () => {
      resized.disconnect();
      switched.disconnect();
      dark.removeEventListener('change', recolour);
      terminal.dispose();
    },
  };
}
