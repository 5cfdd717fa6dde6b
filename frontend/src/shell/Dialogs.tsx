import { useEffect, useRef } from 'preact/hooks';
import { Help } from './Help';
import { closeDialog, dialog } from './overlay';
import { Palette } from './Palette';

const TITLES = { help: 'Help', files: 'Files', symbols: 'Symbols', line: 'Line', palette: 'Actions' };

/** The one dialog that is open; Escape or a click beside it closes it. */
export function Dialogs() {
  const name = dialog.value;
  const box = useRef<HTMLDialogElement>(null);
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
      <div class="dialog-body">{name === 'help' ? <Help /> : <Palette key={name} kind={name} />}</div>
    </dialog>
  );
}
