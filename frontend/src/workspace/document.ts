// One open file: its text, what of it the server has, and how diagnostics about an older text map to this one.

import { ChangeSet, type EditorState, Text } from '@codemirror/state';
import { signal } from '@preact/signals';

/** `waiting`: typed without a connection, sent later. */
export type Saved = 'saved' | 'saving' | 'waiting';

interface Past { version: number; doc: Text; changes: ChangeSet }

const KEPT_VERSIONS = 60;

export class Document {
  /** The editor's state while the file is not in front, and its scroll position. */
  state: EditorState | null = null;
  scrollTop = 0;
  version = 1;
  sentVersion = 0;
  /** The version that the diagnostics in the store are about; null: the saved text. */
  diagnosedVersion: number | null = null;
  readonly saved = signal<Saved>('saved');
  private unsent: { before: Text; changes: ChangeSet } | null = null;
  private past: Past[] = [];

  constructor(
    public path: string,
    public text: Text,
    public etag: string,
  ) {}

  /** Takes what was typed; versions rise by one with each change that is sent, not with each key. */
  change(changes: ChangeSet, after: Text): void {
    this.unsent = this.unsent
      ? { before: this.unsent.before, changes: this.unsent.changes.compose(changes) }
      : { before: this.text, changes };
    this.text = after;
  }

  /** The changes since the last sent version, which are then the next one. */
  takeUnsent(): { before: Text; changes: ChangeSet } | null {
    const taken = this.unsent;
    if (!taken) return null;
    this.past.push({ version: this.version, doc: taken.before, changes: taken.changes });
    if (this.past.length > KEPT_VERSIONS) this.past.shift();
    this.version += 1;
    this.unsent = null;
    return taken;
  }

  /** The whole text goes over, as after a lost connection. */
  reopened(): void {
    this.takeUnsent();
    this.sentVersion = this.version;
  }

  get hasUnsent(): boolean {
    return this.unsent !== null;
  }

  /** The text of a version and what was typed since; null when that is too long ago. */
  since(version: number | null): { doc: Text; changes: ChangeSet } | null {
    const from = version === null ? this.version : version;
    const typed = this.past.filter((past) => past.version >= from);
    if (from > this.version || (from < this.version && typed[0]?.version !== from)) return null;
    const doc = typed[0]?.doc ?? this.unsent?.before ?? this.text;
    const steps = [...typed.map((past) => past.changes), ...(this.unsent ? [this.unsent.changes] : [])];
    const changes = steps.reduce((all, next) => all.compose(next), ChangeSet.empty(doc.length));
    return { doc, changes };
  }
}
