// Under the bar: what programs wrote and the session had no room for when it slept.

import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { bytes } from '../lib/format';
import { recall, remember } from '../lib/storage';
import { leftOut, workspace } from '../workspace/store';
import { announce } from './announce';
import { tell } from './unkept';

const whole = signal(false);
const read = signal(0); // when the session slept of whose loss one has read

const key = () => `left-out-read:${workspace.value?.id ?? ''}`;

function close(at: number): void {
  read.value = at;
  remember(key(), at);
}

export function LeftOut() {
  const left = leftOut.value;
  const shown = left !== null && left.at > Math.max(read.value, recall(key(), 0));
  const told = left && tell(left, whole.value);
  useEffect(() => {
    if (shown) announce(`${told!.said} ${told!.named.map((each) => each.path).join(', ')}${told!.rest}`);
  }, [shown, left?.at]);
  if (!shown || !told) return null;
  return (
    <aside class="banner left-out" aria-label="Not kept">
      <span>
        {told.said}{' '}
        {told.named.map((each, index) => (
          <span key={each.path}>
            {index > 0 && ', '}
            <bdi class="path">{each.path}</bdi>
            {each.bytes > 0 && ` (${bytes(each.bytes)})`}
          </span>
        ))}
        {told.rest}{' '}
        {!whole.value && left.files.length > told.named.length && (
          <button class="link" onClick={() => (whole.value = true)}>
            Name them
          </button>
        )}{' '}
        <span class="muted">{told.advice}</span>
      </span>
      <button class="icon" aria-label="Close" onClick={() => close(left.at)}>
        ×
      </button>
    </aside>
  );
}
