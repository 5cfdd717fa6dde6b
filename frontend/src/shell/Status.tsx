// Connection and session in one word, with the figures behind it.

import { useEffect } from 'preact/hooks';
import { seconds } from '../lib/format';
import { rpc } from '../workspace/session';
import { latencyMs, link, sessionStatus } from '../workspace/store';
import { announce } from './announce';
import { restartSession, stopWaiting } from './commands';
import { Menu } from './Menu';
import { stateNow } from './Notice';
import type { State } from './state';

function useAnnounced(state: State): void {
  useEffect(() => announce(state.said), [state.said]);
}

export function Status() {
  const state = stateNow();
  useAnnounced(state);
  const latency = state.tone === 'ok' && latencyMs.value !== null ? `${latencyMs.value} ms` : '';
  return (
    <Menu
      className="status"
      align="right"
      title={`Session: ${state.said}`}
      kind="Session"
      label={
        <>
          <span class={`lamp ${state.tone}`} aria-hidden="true" />
          <span class="status-word">{state.word}</span>
          {latency && <span class="numbers latency">{latency}</span>}
        </>
      }
    >
      {(close) => (
        <div class="menu-text">
          <p>{state.said}</p>
          {sessionStatus.value?.host && <p class="muted">Machine: {sessionStatus.value.host}</p>}
          {latencyMs.value !== null && <p class="muted">An answer takes {seconds(latencyMs.value / 1000)}.</p>}
          {link.value.state === 'offline' && <button onClick={() => rpc.retryNow()}>Connect now</button>}
          {sessionStatus.value?.state === 'waiting' && link.value.state === 'open' && (
            <button
              onClick={() => {
                close();
                stopWaiting();
              }}
            >
              Stop waiting
            </button>
          )}
          {link.value.state === 'open' && (
            <button
              onClick={() => {
                close();
                restartSession();
              }}
            >
              Restart the session
            </button>
          )}
        </div>
      )}
    </Menu>
  );
}
