// What a new file begins with.

import { LARGE_NAME } from '../lib/names';

const PART = new RegExp(`^${LARGE_NAME}$`, 'u'); // of a module's name

const moduleName = (path: string) =>
  path
    .replace(/\.hs$/, '')
    .split('/')
    .filter((part) => PART.test(part))
    .join('.');

export function template(path: string): string {
  if (!path.endsWith('.hs')) return '';
  const name = moduleName(path);
  if (!name || name === 'Main') return 'module Main where\n\nmain :: IO ()\nmain = putStrLn "Hello"\n';
  return `module ${name} where\n\n`;
}
