// A button with something that opens under it.

import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

interface Props {
  label: ComponentChildren;
  title: string;
  /** What the label is one of; only heard. Without it the title is the button's name. */
  kind?: string;
  className?: string;
  align?: 'left' | 'right';
  children: (close: () => void) => ComponentChildren;
  onOpen?: () => void;
}

function focusStep(box: HTMLElement, step: 1 | -1): void {
  const items = [...box.querySelectorAll<HTMLElement>('.menu-body button, .menu-body a, .menu-body input')];
  const at = items.indexOf(document.activeElement as HTMLElement);
  items[(at + step + items.length) % items.length]?.focus();
}

export function Menu({ label, title, kind, className = '', align = 'left', children, onOpen }: Props) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    if (!open) return undefined;
    const outside = (event: PointerEvent) => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, [open]);

  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  const pressed = (event: KeyboardEvent) => {
    if (!open) return;
    if (event.key === 'Escape') close();
    else if (event.key === 'ArrowDown') focusStep(box.current!, 1);
    else if (event.key === 'ArrowUp') focusStep(box.current!, -1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const toggle = () => {
    if (!open) onOpen?.();
    setOpen(!open);
  };

  return (
    <div class={`menu ${className}`} ref={box} onKeyDown={pressed}>
      <button ref={button} class="menu-button" title={title} aria-label={kind ? undefined : title} aria-haspopup="true" aria-expanded={open} onClick={toggle}>
        {kind && <span class="unseen">{kind}: </span>}
        {label}
      </button>
      {open && <div class={`menu-body ${align}`}>{children(close)}</div>}
    </div>
  );
}
