// One run as this page knows it: how far it is and where its output goes.

import { type Signal, signal } from '@preact/signals';
import { bytes } from '../lib/format';
import { OutputBuffer } from '../output/buffer';
import { take, textsNow } from '../insight/state';
import type { Debugged, Finished, Measured, RunEvent } from '../protocol';
import { Acks } from './acks';
import { advance, begin, type Progress } from './progress';
import type { Mode, Pane } from './types';

/** A report may fill half of what is sent before the next acknowledgement. */
const MEASURED_LENGTH = 512 * 1024;

/** A terminal that shows the run's output; it says when it has. */
export type Sink = (text: string, shown: () => void) => void;

export class Run {
  readonly progress = signal<Progress>(begin(Date.now()));
  readonly buffer = new OutputBuffer();
  lastSeq = 0;
  lastOutputAt = Date.now();
  /** Why nothing can be typed to it any more, as a sentence. */
  readonly inputClosed = signal<string | null>(null);
  /** What it told of itself besides its output. */
  readonly measured = signal<Measured | null>(null);
  private readonly texts = textsNow();
  /** As on a command line. */
  readonly title: Signal<string>;
  /** Under the debugger: where it stands. */
  readonly debugged = signal<Debugged | null>(null);
  private readonly acks: Acks;
  private refusal: string | null = null;
  private past: { lastSeq: number; startedAt: number } | null = null;
  private sink: Sink | null = null;
  private held: { seq: number; text: string }[] = [];

  constructor(
    readonly id: string,
    readonly mode: Mode,
    readonly pane: Pane,
    /** A pseudo-terminal shows what is typed by itself. */
    readonly echoes: boolean,
    title: string,
    tellAck: (runId: string, seq: number) => void,
    /** When its user asked for it, in milliseconds of this browser's clock. */
    readonly askedAt = Date.now(),
  ) {
    this.title = signal(title);
    this.acks = new Acks((seq) => tellAck(this.id, seq));
  }

  /** Takes an event once, in order; one that was seen before is not taken again. */
  take(event: RunEvent): void {
    if (event.seq <= this.lastSeq) return;
    this.lastSeq = event.type === 'output_dropped' ? Math.max(event.seq, event.throughSeq) : event.seq;
    this.progress.value = advance(this.progress.value, event, this.momentOf(event.seq));
    if (event.type === 'output') this.output(event.seq, event.stream, event.text);
    else if (event.type === 'output_dropped') this.dropped(event.bytes);
    else if (event.type === 'input_refused') this.refuseInput(event.limitBytes);
    else if (event.type === 'debugged') this.debugged.value = event;
    else if (event.type === 'measured') this.told(event, event.seq);
    if (event.type === 'finished') {
      this.buffer.end();
      this.acks.flush();
    }
  }

  private told(measured: Measured, seq: number): void {
    this.measured.value = measured;
    this.acks.add(seq, MEASURED_LENGTH);
    if (this.past === null) take(measured, this.title.peek(), this.texts);
  }

  /** What is sent again up to this event began long ago, not now. */
  resumed(lastSeq: number, startedAt: number): void {
    this.past = { lastSeq, startedAt };
  }

  private momentOf(seq: number): number {
    return this.past !== null && seq <= this.past.lastSeq ? this.past.startedAt : Date.now();
  }

  /** It ended while nobody listened, and nobody knows how any more. */
  forgotten(): void {
    const finished: Finished = {
      type: 'finished',
      outcome: 'host_lost',
      phase: null,
      exitCode: null,
      signal: null,
      diagnostics: [],
      timings: { queuedSeconds: 0, compileSeconds: 0, runSeconds: 0 },
      usage: { cpuSeconds: 0, peakMemoryBytes: 0 },
      reason: 'It ended while there was no connection, and how is no longer known.',
    };
    this.take({ ...finished, runId: this.id, seq: this.lastSeq + 1 });
  }

  /** From now on the terminal shows the output, beginning with what came before it was there. */
  showIn(sink: Sink | null): void {
    this.sink = sink;
    if (!sink) return;
    for (const { seq, text } of this.held.splice(0)) sink(text, () => this.acks.add(seq, text.length));
  }

  private output(seq: number, stream: 'stdout' | 'stderr' | 'terminal', text: string): void {
    this.lastOutputAt = Date.now();
    if (this.pane === 'output') {
      this.buffer.write(text, stream === 'stderr');
      this.acks.add(seq, text.length);
    } else if (this.sink) {
      this.sink(text, () => this.acks.add(seq, text.length));
    } else {
      this.held.push({ seq, text });
    }
  }

  private dropped(count: number): void {
    this.note(`${count.toLocaleString('en')} bytes were not kept`);
  }

  /** Told by its event, and by the answer to input that comes later. */
  refuseInput(limit: number): void {
    if (this.refusal !== null) return;
    this.refusal = `The program has not read ${bytes(limit)} of input: it is given no more`;
    this.inputClosed.value = `${this.refusal}.`;
    this.note(this.refusal);
  }

  private note(sentence: string): void {
    if (this.pane === 'output') this.buffer.note(sentence);
    else this.sink?.(`\r\n[… ${sentence} …]\r\n`, () => undefined);
  }
}
