import { useEffect, useRef } from 'preact/hooks';
import { active } from '../workspace/opened';
import { mount } from './view';

export function Editor() {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => mount(place.current!), []);
  return (
    <div class="editor">
      <div class="editor-place" ref={place} hidden={!active.value} />
      {!active.value && (
        <p class="empty">
          Nothing is open. Choose a file at the left, or make one with <b>+ New file</b>.
        </p>
      )}
    </div>
  );
}
