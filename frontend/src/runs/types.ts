import type { Finished, Output, RunStart, Started } from '../protocol';

export type Mode = RunStart['mode'];
export type Outcome = Finished['outcome'];
export type Phase = Started['phase'];
export type Stream = Output['stream'];
/** Where on the page a run shows. */
export type Pane = 'output' | 'terminal' | 'repl';
