import { expect, it } from 'vitest';
import { encodeJson } from '../src/lib/json';

it('sends half a character as a mark of the same length, and leaves whole ones alone', () => {
  const sent = { text: 'a\ud83d b\udc00', whole: '😀 λ', spelled: '\\ud83d', list: ['\ud800'], n: 1, none: null };
  const read = JSON.parse(encodeJson(sent)) as typeof sent;
  expect(read).toEqual({ ...sent, text: 'a\ufffd b\ufffd', list: ['\ufffd'] });
  expect(read.text).toHaveLength(sent.text.length);
});
