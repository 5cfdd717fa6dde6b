import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { Explained } from '../language/Explained';
import { Help } from './Help';
import { closeDialog, type Dialog, dialog, giveBackFocus } from './overlay';
import { Palette } from './Palette';

const TITLES = { help: 'Help', explained: 'What the message means', files: 'Files', symbols: 'Symbols', line: 'Line', palette: 'Actions' };

function body(name: Dialog) {
  if (name === 'help') return <Help />;
  if (name === 'explained') return <Explained />;
  return <Palette key={name} kind={name} />;
}

/** The one dialog that is open; Escape or a click beside it closes it. */
export function Dialogs() {
  const name = dialog.value;
  const box = useRef<HTMLDialogElement>(null);
  // Not before the box is gone: nothing beside an open one takes the keyboard.
  useLayoutEffect(() => {
    if (name === null) giveBackFocus();
  }, [name]);
  useEffect(() => {
    if (name === null) return;
    if (!box.current!.open) box.current!.showModal();
    box.current!.querySelector<HTMLElement>('[autofocus], input')?.focus({ preventScroll: true });
  }, [name]);
  if (name === null) return null;
  return (
    <dialog
      ref={box}
      class={`dialog ${name}`}
      aria-label={TITLES[name]}
      onCancel={(event) => {
        event.preventDefault();
        closeDialog();
      }}
      onClick={(event) => event.target === box.current && closeDialog()}
    >
      <div class="dialog-body">{body(name)}</div>
    </dialog>
  );
}
