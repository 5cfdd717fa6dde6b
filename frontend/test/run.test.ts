import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../src/protocol';
import { Run } from '../src/runs/run';

const made = (pane: 'output' | 'terminal' = 'output') => {
  const acks: number[] = [];
  const run = new Run('r', 'interpret', pane, false, 'Main', (_id, seq) => acks.push(seq));
  return { run, acks };
};
const output = (seq: number, text: string, stream: 'stdout' | 'terminal' = 'stdout'): RunEvent => ({
  runId: 'r', seq, type: 'output', stream, text,
});
const finished = (seq: number): RunEvent => ({
  runId: 'r', seq, type: 'finished', outcome: 'exited', phase: 'run', exitCode: 0, signal: null, diagnostics: [], reason: null,
  timings: { queuedSeconds: 0, compileSeconds: 0, runSeconds: 0 }, usage: { cpuSeconds: 0, peakMemoryBytes: 0 },
});

describe('a run', () => {
  it('takes each event once, also when it is sent again after a lost connection', () => {
    const { run } = made();
    for (const event of [output(1, 'a'), output(2, 'b'), output(1, 'a'), output(2, 'b'), output(3, 'c')]) run.take(event);
    expect(run.buffer.text).toBe('abc');
    expect(run.lastSeq).toBe(3);
  });

  it('goes on behind what was dropped', () => {
    const { run } = made();
    run.take({ runId: 'r', seq: 1, type: 'output_dropped', bytes: 5000, throughSeq: 40 });
    run.take(output(41, 'tail'));
    expect(run.buffer.text).toBe('… 5,000 bytes were not kept …\ntail');
  });

  it('says that its input is refused, and takes no more', () => {
    const { run } = made();
    run.take({ runId: 'r', seq: 1, type: 'input_refused', limitBytes: 4194304 });
    run.refuseInput(4194304); // the answer to what was sent meanwhile
    expect(run.inputClosed.value).toBe('The program has not read 4 MB of input: it is given no more.');
    expect(run.buffer.text.match(/given no more/g)).toHaveLength(1);
    expect(run.buffer.text).toContain('… The program has not read 4 MB of input: it is given no more …');
  });

  it('acknowledges everything at its end', () => {
    const { run, acks } = made();
    run.take(output(1, 'a'));
    run.take(finished(2));
    expect(acks).toEqual([1]);
  });

  it('holds a terminal’s output back, unacknowledged, until there is a terminal', () => {
    const { run, acks } = made('terminal');
    run.take(output(1, 'x'.repeat(200_000), 'terminal'));
    expect(acks).toEqual([]);
    let shown = '';
    run.showIn((text, done) => {
      shown += text;
      done();
    });
    expect(shown).toHaveLength(200_000);
    expect(acks).toEqual([1]);
  });

  it('that began before the page was loaded runs since then', () => {
    const { run } = made();
    run.resumed(5, 1000);
    run.take({ runId: 'r', seq: 1, type: 'started', phase: 'run' });
    expect(run.progress.value.since).toBe(1000);
  });

  it('of which nobody knows any more is over', () => {
    const { run } = made();
    run.take(output(1, 'a'));
    run.forgotten();
    expect(run.progress.value.finished?.outcome).toBe('host_lost');
  });
});
