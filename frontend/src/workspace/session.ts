// The one connection of this page to its workspace.

import type { SessionStatus } from '../protocol';
import { RpcClient } from '../rpc/client';
import { workspaceSocket } from '../rpc/connect';
import { CLIENT_CAPABILITIES } from '../language/lsp';
import { capabilities, latencyMs, leftOut, link, sessionStatus, workspace } from './store';

const PING_MS = 15_000;
const beforeReady: (() => Promise<void>)[] = [];
const afterReady: (() => void)[] = [];

/** Runs on each connection, before and after the calls that waited for it may go out. */
export const onGreet = (step: () => Promise<void>) => beforeReady.push(step);
export const onReady = (step: () => void) => afterReady.push(step);

export const rpc = new RpcClient(() => workspaceSocket(workspace.value?.id ?? ''));

rpc.onLink = (now) => (link.value = now);
rpc.on('session/status', (status: SessionStatus) => {
  sessionStatus.value = status;
  // Not every state tells of it; one that lives does.
  if (status.leftOut || status.state === 'ready' || status.state === 'moved') leftOut.value = status.leftOut ?? null;
});

rpc.greet = async () => {
  const began = performance.now();
  const wanted = { capabilities: CLIENT_CAPABILITIES };
  const found = await rpc.call('initialize', wanted, { greeting: true, timeoutMs: 15_000 });
  capabilities.value = { ...found.capabilities };
  latencyMs.value = Math.round(performance.now() - began);
  rpc.notify('initialized', {});
  for (const step of beforeReady) await step();
};

rpc.onReady = () => {
  afterReady.forEach((step) => step());
  // The first answer took the connection's making with it.
  setTimeout(() => void measure(), 1_500);
};

async function measure(): Promise<void> {
  if (!rpc.isReady || document.hidden) return;
  const began = performance.now();
  try {
    await rpc.call('run/list', {}, { timeoutMs: 10_000 });
    latencyMs.value = Math.round(performance.now() - began);
  } catch {
    latencyMs.value = null;
  }
}

/** Connects the page to the workspace in the store; once. */
export function connect(): void {
  rpc.start();
  setInterval(() => void measure(), PING_MS);
  addEventListener('online', () => rpc.retryNow());
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) rpc.retryNow();
  });
}
