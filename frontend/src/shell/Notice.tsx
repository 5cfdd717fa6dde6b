// A line under the bar when something is the matter that the user can wait for or do something about.

import { useEffect, useState } from 'preact/hooks';
import { boot } from '../boot';
import { rpc } from '../workspace/session';
import { link, sessionStatus, workspace } from '../workspace/store';
import { describe, type State } from './state';
import { toast } from './toasts';

/** A connection that comes back at once is not worth a word. */
const PATIENCE_MS = 1_200;

export const stateNow = () => describe(!!(workspace.value?.id ?? boot.workspaceId), link.value, sessionStatus.value);

const isWorthALine = (state: State) => state.tone === 'bad' || state.act === 'leave-queue';

function leaveQueue(): void {
  rpc.call('session/leave', {}).catch((error: unknown) => toast((error as Error).message, 'bad'));
}

function Act({ act }: { act: NonNullable<State['act']> }) {
  switch (act) {
    case 'sign-in':
      return (
        <a class="button" href={`/accounts/login/?next=${encodeURIComponent(location.pathname)}`}>
          Sign in
        </a>
      );
    case 'connect':
      return <button onClick={() => rpc.retryNow()}>Connect now</button>;
    case 'leave-queue':
      return <button onClick={leaveQueue}>Stop waiting</button>;
    case 'reload':
      return <button onClick={() => location.reload()}>Reload</button>;
  }
}

export function Notice() {
  const state = stateNow();
  const worth = isWorthALine(state);
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!worth) return undefined;
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => {
      clearTimeout(timer);
      setLate(false);
    };
  }, [worth]);
  if (!worth || !late) return null;
  return (
    <p class={`notice ${state.tone}`}>
      <span>{state.said}</span>
      {state.act && <Act act={state.act} />}
    </p>
  );
}
