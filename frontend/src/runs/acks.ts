// What of a run's output was shown, told back before the server has to hold the program.

const EVERY_BYTES = 128 * 1024;

export class Acks {
  private shown = 0;
  private told = 0;
  private bytes = 0;

  constructor(private readonly tell: (seq: number) => void) {}

  /** Counts an event as shown; tells when enough came together. */
  add(seq: number, length: number): void {
    this.shown = seq;
    this.bytes += length;
    if (this.bytes >= EVERY_BYTES) this.flush();
  }

  flush(): void {
    if (this.shown > this.told) this.tell(this.shown);
    this.told = this.shown;
    this.bytes = 0;
  }
}
