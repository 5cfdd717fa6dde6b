// A part of the page whose script is fetched when it is first shown.

import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';

const loaded = new WeakMap<() => Promise<ComponentType>, ComponentType>();

/** `load` is one and the same function at each use. */
export function Later({ load }: { load: () => Promise<ComponentType> }) {
  const [Part, setPart] = useState<ComponentType | undefined>(() => loaded.get(load));
  const [failed, setFailed] = useState(false);
  const fetch = () => {
    setFailed(false);
    load().then(
      (part) => {
        loaded.set(load, part);
        setPart(() => part);
      },
      () => setFailed(true),
    );
  };
  useEffect(() => {
    if (!Part) fetch();
  }, [load]);
  if (Part) return <Part />;
  if (!failed) return <p class="empty">Loading …</p>;
  return (
    <p class="empty">
      This part of the page could not be loaded. <button onClick={fetch}>Try again</button>
    </p>
  );
}
