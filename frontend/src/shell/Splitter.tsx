import type { Signal } from '@preact/signals';

interface Props {
  width: Signal<number>;
  /** Which side of the line the sized part is on. */
  side: 'left' | 'right';
  label: string;
  least: number;
}

const STEP = 24;

/** The line between two parts: dragged, or moved with the arrow keys. */
export function Splitter({ width, side, label, least }: Props) {
  const sized = (line: HTMLElement) => (side === 'left' ? line.previousElementSibling : line.nextElementSibling)!;
  const set = (value: number) => (width.value = Math.round(Math.min(Math.max(least, value), innerWidth * 0.7)));
  const drag = (event: PointerEvent) => {
    const line = event.currentTarget as HTMLElement;
    const began = sized(line).getBoundingClientRect().width;
    const from = event.clientX;
    line.setPointerCapture(event.pointerId);
    const move = (moved: PointerEvent) => set(began + (moved.clientX - from) * (side === 'left' ? 1 : -1));
    line.addEventListener('pointermove', move);
    line.addEventListener('lostpointercapture', () => line.removeEventListener('pointermove', move), { once: true });
    event.preventDefault();
  };
  const pressed = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowLeft' ? -STEP : event.key === 'ArrowRight' ? STEP : 0;
    if (step === 0) return;
    const now = sized(event.currentTarget as HTMLElement).getBoundingClientRect().width;
    set(now + step * (side === 'left' ? 1 : -1));
    event.preventDefault();
  };
  return (
    <div
      class="splitter"
      role="separator"
      aria-orientation="vertical"
      aria-label={label}
      aria-valuenow={width.value}
      tabIndex={0}
      onPointerDown={drag}
      onKeyDown={pressed}
      onDblClick={() => (width.value = side === 'left' ? 212 : 0)}
    />
  );
}
