import { useEffect, useRef } from 'preact/hooks';

interface Props {
  value: string;
  label: string;
  placeholder?: string;
  /** The new name, or '' when nothing is to happen. */
  onDone: (name: string) => void;
}

/** A name being typed in the tree: Enter takes it, Escape does not. */
export function NameField({ value, label, placeholder = '', onDone }: Props) {
  const field = useRef<HTMLInputElement>(null);
  const done = useRef(false);
  useEffect(() => {
    field.current!.focus();
    const dot = value.lastIndexOf('.');
    field.current!.setSelectionRange(value.lastIndexOf('/') + 1, dot > 0 ? dot : value.length);
  }, []);
  const finish = (name: string) => {
    if (done.current) return;
    done.current = true;
    onDone(name);
  };
  return (
    <input
      ref={field}
      class="name-field"
      defaultValue={value}
      aria-label={label}
      placeholder={placeholder}
      spellcheck={false}
      autocapitalize="off"
      onKeyDown={(event) => {
        if (event.key === 'Enter') finish(event.currentTarget.value.trim());
        else if (event.key === 'Escape') finish('');
        event.stopPropagation();
      }}
      onBlur={(event) => finish(event.currentTarget.value.trim() === value ? '' : event.currentTarget.value.trim())}
    />
  );
}
