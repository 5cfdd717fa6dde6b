import { afterEach, expect, it, vi } from 'vitest';

interface Pressed { key: string; code: string; alt?: boolean; shift?: boolean; meta?: boolean; ctrl?: boolean }

async function on(platform: string): Promise<(pressed: Pressed, keys: string) => boolean> {
  vi.stubGlobal('navigator', { platform });
  vi.resetModules();
  const { isKey } = await import('../src/lib/platform');
  return ({ key, code, alt = false, shift = false, meta = false, ctrl = false }, keys) =>
    isKey({ key, code, altKey: alt, shiftKey: shift, metaKey: meta, ctrlKey: ctrl } as KeyboardEvent, keys);
}

afterEach(() => void vi.unstubAllGlobals());

it('leaves the letters to a Mac that Option types there', async () => {
  const isKey = await on('MacIntel');
  expect(isKey({ key: 'ż', code: 'KeyZ', alt: true }, 'Alt-z')).toBe(false);
  expect(isKey({ key: '@', code: 'KeyG', alt: true }, 'Alt-g')).toBe(false);
  expect(isKey({ key: '©', code: 'KeyG', alt: true }, 'Alt-g')).toBe(true);
  expect(isKey({ key: 'Dead', code: 'KeyI', alt: true }, 'Alt-i')).toBe(true);
  expect(isKey({ key: 'Ï', code: 'KeyF', alt: true, shift: true }, 'Shift-Alt-f')).toBe(true);
  expect(isKey({ key: 'ƒ', code: 'KeyF', alt: true, meta: true }, 'Alt-Mod-f')).toBe(true);
  expect(isKey({ key: 'Enter', code: 'Enter', alt: true }, 'Alt-Enter')).toBe(true);
});

it('takes Alt with a letter elsewhere, whatever it types', async () => {
  const isKey = await on('Linux x86_64');
  expect(isKey({ key: 'z', code: 'KeyZ', alt: true }, 'Alt-z')).toBe(true);
  expect(isKey({ key: 'ż', code: 'KeyZ', alt: true }, 'Alt-z')).toBe(true);
  expect(isKey({ key: 'z', code: 'KeyZ', alt: true, ctrl: true }, 'Alt-z')).toBe(false);
});
