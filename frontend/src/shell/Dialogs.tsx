import { useLayoutEffect, useRef } from 'preact/hooks';
import { ProducedView } from '../files/Produced';
import { Explained } from '../language/Explained';
import { Help } from './Help';
import { closeDialog, type Dialog, dialog, giveBackFocus } from './overlay';
import { Palette } from './Palette';

const TITLES = { help: 'Help', explained: 'What the message means', produced: 'A file that a program wrote', files: 'Files', symbols: 'Symbols', line: 'Line', palette: 'Actions' };

function body(opened: { readonly name: Dialog }) {
  const { name } = opened;
  if (name === 'help') return <Help />;
  if (name === 'explained') return <Explained />;
  if (name === 'produced') return <ProducedView />;
  return <Palette key={opened} kind={name} />;
}

/** The one dialog that is open; Escape or a click beside it closes it. */
export function Dialogs() {
  const opened = dialog.value;
  const box = useRef<HTMLDialogElement>(null);
  // Not before the box is gone: nothing beside an open one takes the keyboard.
  useLayoutEffect(() => {
    if (opened === null) giveBackFocus();
  }, [opened]);
  // As it comes into the page, not a frame later: Escape in between would be the editor's.
  useLayoutEffect(() => {
    if (opened === null) return;
    if (!box.current!.open) box.current!.showModal();
    box.current!.querySelector<HTMLElement>('[autofocus], input')?.focus({ preventScroll: true });
  }, [opened]);
  if (opened === null) return null;
  return (
    <dialog
      ref={box}
      class={`dialog ${opened.name}`}
      aria-label={TITLES[opened.name]}
      onCancel={(event) => {
        event.preventDefault();
        closeDialog();
      }}
      onClick={(event) => event.target === box.current && closeDialog()}
    >
      <div class="dialog-body">{body(opened)}</div>
    </dialog>
  );
}
