// One open file: its text, what of it the server has, and how diagnostics about an older text map to this one.

import { ChangeSet, type EditorState, Text } from '@codemirror/state';
import { signal } from '@preact/signals';

/** `waiting`: typed without a connection, sent later. */
export type Saved = 'saved' | 'saving' | 'waiting';

interface Typed { before: Text; changes: ChangeSet }
interface Past extends Typed { version: number }

const KEPT_VERSIONS = 60;

export class Document {
  /** The editor's state while the file is not in front, and its scroll position. */
  state: EditorState | null = null;
  scrollTop = 0;
  /** Rises by one with each change that is sent. */
  version = 1;
  /** The version that the diagnostics in the store are about; null: the saved text. */
  diagnosedVersion: number | null = null;
  readonly saved = signal<Saved>('saved');
  text = Text.empty;
  private lineEnd = '\n';
  /** The text as it came, line ends and all, until something is typed. */
  private whole: string | null = null;
  private unsent: Typed | null = null;
  private past: Past[] = [];

  constructor(
    public path: string,
    text: string,
    public etag: string,
  ) {
    this.replace(text);
  }

  /** Takes another text for the present one. */
  replace(text: string): void {
    this.whole = text;
    this.lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
    this.text = Text.of(text.split(/\r\n?|\n/));
    this.unsent = null;
    this.past = [];
    this.version += 1;
  }

  /** The text as it is saved, with its own line ends. */
  toString(): string {
    return this.whole ?? this.withLineEnds(this.text.toString());
  }

  /** Whether all lines of both texts end alike, so that one becomes the other by its letters alone. */
  hasLineEndsOf(text: string): boolean {
    const isAlike = (whole: string) => this.withLineEnds(whole.replace(/\r\n?/g, '\n')) === whole;
    return isAlike(text) && isAlike(this.toString());
  }

  withLineEnds(text: string): string {
    return this.lineEnd === '\n' ? text : text.replaceAll('\n', this.lineEnd);
  }

  change(changes: ChangeSet, after: Text): void {
    this.whole = null;
    this.unsent = this.unsent
      ? { before: this.unsent.before, changes: this.unsent.changes.compose(changes) }
      : { before: this.text, changes };
    this.text = after;
  }

  /** The changes since the last version, which are then the next one. */
  takeUnsent(): Typed | null {
    const taken = this.unsent;
    if (!taken) return null;
    this.past.push({ version: this.version, ...taken });
    if (this.past.length > KEPT_VERSIONS) this.past.shift();
    this.version += 1;
    this.unsent = null;
    return taken;
  }

  get hasUnsent(): boolean {
    return this.unsent !== null;
  }

  /** The text of a version and what was typed since; null when that is too long ago. */
  since(version: number | null): { doc: Text; changes: ChangeSet } | null {
    const from = version ?? this.version;
    const typed = this.past.filter((past) => past.version >= from);
    if (from > this.version || (from < this.version && typed[0]?.version !== from)) return null;
    const doc = typed[0]?.before ?? this.unsent?.before ?? this.text;
    const steps = [...typed.map((past) => past.changes), ...(this.unsent ? [this.unsent.changes] : [])];
    const changes = steps.reduce((all, next) => all.compose(next), ChangeSet.empty(doc.length));
    return { doc, changes };
  }
}
