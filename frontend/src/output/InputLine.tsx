// Where the user types to a running program.

import { effect } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { keyboardIsFree } from '../editor/attended';
import { focusEditor } from '../editor/view';
import { seemsToWait } from '../runs/progress';
import type { Run } from '../runs/run';
import { endInput, sendInput } from '../runs/store';

/** Whether the program waits: looks when something is told of it, and a few times a second. */
function useWaiting(run: Run): boolean {
  const [waiting, setWaiting] = useState(false);
  useEffect(() => {
    const look = () =>
      setWaiting(seemsToWait(run.progress.value, run.buffer.endsWithinLine, Date.now() - run.lastOutputAt));
    const timer = setInterval(look, 200);
    const stop = effect(look);
    return () => {
      clearInterval(timer);
      stop();
    };
  }, [run]);
  return waiting;
}

/** The keyboard that the field had when it went is the editor's again. */
function useGivenBack(field: { current: HTMLInputElement | null }): void {
  useLayoutEffect(() => {
    const input = field.current;
    return () => {
      if (document.activeElement === input) focusEditor();
    };
  }, []);
}

function Field({ run }: { run: Run }) {
  const [text, setText] = useState('');
  const [past, setPast] = useState<string[]>([]);
  const [at, setAt] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const waiting = useWaiting(run);
  useGivenBack(field);

  useEffect(() => {
    if (waiting && keyboardIsFree(run.askedAt)) field.current?.focus();
  }, [waiting]);

  const send = (lines: string[], rest = '') => {
    sendInput(run, lines.map((line) => `${line}\n`).join(''));
    const known = [...past, ...lines].slice(-50);
    setPast(known);
    setAt(known.length);
    setText(rest);
  };
  /** Several lines are several lines to the program, too. */
  const pasted = (event: ClipboardEvent) => {
    const words = event.clipboardData?.getData('text/plain') ?? '';
    if (!/[\r\n]/.test(words)) return;
    event.preventDefault();
    const { selectionStart, selectionEnd } = field.current!;
    const lines = (text.slice(0, selectionStart ?? 0) + words + text.slice(selectionEnd ?? 0)).split(/\r\n?|\n/);
    const rest = lines.pop()!;
    send(lines, rest);
  };
  const recall = (step: number) => {
    const next = Math.min(past.length, Math.max(0, at + step));
    setAt(next);
    setText(past[next] ?? '');
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) send([text]);
    else if (event.key === 'ArrowUp') recall(-1);
    else if (event.key === 'ArrowDown') recall(1);
    else if (event.key === 'd' && event.ctrlKey && text === '') endInput(run);
    else return;
    event.preventDefault();
  };

  return (
    <div class={`input-line ${waiting ? 'waiting' : ''}`}>
      <span class="prompt" aria-hidden="true">
        ›
      </span>
      <input
        ref={field}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={pressed}
        onPaste={pasted}
        placeholder={waiting ? 'The program waits for input: type and press Enter' : 'Input for the program'}
        aria-label="Input for the program"
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
      />
      <button class="quiet" title="End of input (Ctrl+D in the empty line)" onClick={() => endInput(run)}>
        End input
      </button>
    </div>
  );
}

export function InputLine({ run }: { run: Run }) {
  const closed = run.inputClosed.value;
  if (closed === null) return <Field run={run} />;
  return (
    <p class="input-line closed" role="status">
      Input is closed. {closed}
    </p>
  );
}
