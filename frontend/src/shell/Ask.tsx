import { useEffect, useRef } from 'preact/hooks';
import { question } from './question';

export function Ask() {
  const now = question.value;
  const box = useRef<HTMLDialogElement>(null);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (!now) return;
    if (!box.current!.open) box.current!.showModal();
    field.current!.value = now.value;
    field.current!.select();
  }, [now]);
  if (!now) return null;
  return (
    <dialog
      ref={box}
      class="dialog ask"
      aria-label={now.title}
      onCancel={(event) => {
        event.preventDefault();
        now.answer(null);
      }}
      onClick={(event) => event.target === box.current && now.answer(null)}
    >
      <form
        class="dialog-body"
        onSubmit={(event) => {
          event.preventDefault();
          now.answer(field.current!.value);
        }}
      >
        <label>
          {now.title}
          <input ref={field} maxLength={255} autocomplete="off" spellcheck={false} />
        </label>
        <div class="ask-buttons">
          <button type="button" onClick={() => now.answer(null)}>
            Cancel
          </button>
          <button class="primary">{now.button}</button>
        </div>
      </form>
    </dialog>
  );
}
