import { describe, expect, it } from 'vitest';
import { OutputBuffer } from '../src/output/buffer';

const written = (...parts: string[]) => {
  const buffer = new OutputBuffer();
  for (const part of parts) buffer.write(part);
  return buffer;
};
const texts = (buffer: OutputBuffer) => buffer.lines.map((line) => line.text);

describe('lines', () => {
  it('end at \\n and \\r\\n, also when a write ends between', () => {
    expect(texts(written('a\nb\r\nc', '\nd'))).toEqual(['a', 'b', 'c', 'd']);
    expect(texts(written('a\r', '\nb'))).toEqual(['a', 'b']);
  });

  it('are overwritten after a carriage return, as by a progress bar', () => {
    expect(texts(written('10 %\r', '20 %'))).toEqual(['20 %']);
    expect(texts(written('abcdef\rXY'))).toEqual(['XYcdef']);
    expect(texts(written('abc\x08\x08X'))).toEqual(['aXc']);
  });

  it('tell whether the output ends within one', () => {
    expect(written('name? ').endsWithinLine).toBe(true);
    expect(written('done\n').endsWithinLine).toBe(false);
  });

  it('of any length are broken, and nothing is lost', () => {
    const buffer = written('x'.repeat(1_000_000));
    expect(buffer.text.replaceAll('\n', '')).toHaveLength(1_000_000);
    expect(Math.max(...buffer.lines.map((line) => line.length))).toBeLessThanOrEqual(64 * 1024);
  });
});

describe('bounds', () => {
  it('let the oldest lines go and count them', () => {
    const buffer = written(Array.from({ length: 50_000 }, (_, n) => `line ${n}`).join('\n'));
    expect(buffer.lines.length).toBeLessThanOrEqual(20_000);
    expect(buffer.droppedLines + buffer.lines.length).toBe(50_000);
    expect(buffer.lines.at(-1)!.text).toBe('line 49999');
    expect(buffer.droppedChars).toBeGreaterThan(0);
  });

  it('keep everything for download', () => {
    const text = Array.from({ length: 50_000 }, (_, n) => `line ${n}\n`).join('');
    expect(written(text).rawParts.join('')).toBe(text);
    expect(written(text).droppedRaw).toBe(0);
  });

  it('count what a download lacks', () => {
    const buffer = new OutputBuffer();
    for (let n = 0; n < 40; n += 1) buffer.write(`${'y'.repeat(511)}\n`.repeat(1024));
    const kept = buffer.rawParts.reduce((sum, part) => sum + part.length, 0);
    expect(kept).toBeLessThanOrEqual(16 * 1024 * 1024);
    expect(kept + buffer.droppedRaw).toBe(20 * 1024 * 1024);
  });

  it('hold for a flood without a line break', () => {
    const buffer = new OutputBuffer();
    for (let n = 0; n < 200; n += 1) buffer.write('y'.repeat(32 * 1024));
    const kept = buffer.lines.reduce((sum, line) => sum + line.length, 0);
    expect(kept).toBeLessThanOrEqual(4 * 1024 * 1024);
    expect(kept + buffer.droppedChars).toBeGreaterThanOrEqual(200 * 32 * 1024);
  });
});

it('keeps the two streams apart even when an escape sequence is cut', () => {
  const buffer = new OutputBuffer();
  buffer.write('\x1b[3', false);
  buffer.write('oops', true);
  buffer.write('1mred', false);
  expect(buffer.lines[0]!.pieces).toEqual([
    { text: 'oops', style: { stderr: true } },
    { text: 'red', style: { fg: '1' } },
  ]);
});

it('shows what was typed and what was not kept', () => {
  const buffer = written('name? ');
  buffer.echo('Ada\n');
  buffer.note('1,234 bytes were not kept');
  expect(texts(buffer)).toEqual(['name? Ada', '… 1,234 bytes were not kept …', '']);
});

it('is empty again after it was cleared', () => {
  const buffer = written('a\nb');
  buffer.clear();
  expect(buffer.isEmpty).toBe(true);
  expect(buffer.rawParts).toEqual([]);
});
