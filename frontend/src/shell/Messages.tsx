import { rpc } from '../workspace/session';
import { announcement } from './announce';
import { dismiss, toast, toasts } from './toasts';

rpc.on('window/showMessage', ({ type, message }) => toast(message, type === 1 ? 'bad' : 'info'));

/** Short messages, seen and heard. */
export function Messages() {
  return (
    <>
      <div class="toasts" role="status" aria-live="polite">
        {toasts.value.map((each) => (
          <div key={each.id} class={`toast ${each.tone}`}>
            <span>{each.text}</span>
            {each.action && (
              <button
                class="link"
                onClick={() => {
                  dismiss(each.id);
                  each.action!.run();
                }}
              >
                {each.action.label}
              </button>
            )}
            <button class="icon" aria-label="Close the message" onClick={() => dismiss(each.id)}>
              ×
            </button>
          </div>
        ))}
      </div>
      <div class="heard" aria-live="polite" role="status">
        {announcement.value}
      </div>
    </>
  );
}
