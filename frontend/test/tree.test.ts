import { describe, expect, it } from 'vitest';
import { buildTree, mainFile, pathFault, programOf, renamed, visibleRows } from '../src/workspace/tree';

const shape = (paths: string[], folders: string[] = [], closed: string[] = []) =>
  visibleRows(buildTree(paths, folders), new Set(closed)).map(({ node, depth }) => `${'  '.repeat(depth)}${node.name}`);

describe('the tree', () => {
  it('has folders before files, by name, numbers as numbers', () => {
    expect(shape(['b.hs', 'src/X.hs', 'a10.hs', 'a9.hs', 'app/Main.hs'])).toEqual([
      'app', '  Main.hs', 'src', '  X.hs', 'a9.hs', 'a10.hs', 'b.hs',
    ]);
  });

  it('hides what lies in a closed folder', () => {
    expect(shape(['src/A/B.hs', 'src/C.hs', 'M.hs'], [], ['src'])).toEqual(['src', 'M.hs']);
  });

  it('shows folders that have no file yet', () => {
    expect(shape(['M.hs'], ['new/inner'])).toEqual(['new', '  inner', 'M.hs']);
  });
});

it('renames a folder with all that is in it, and nothing beside it', () => {
  expect(renamed('src/A.hs', 'src', 'lib')).toBe('lib/A.hs');
  expect(renamed('src', 'src', 'lib')).toBe('lib');
  expect(renamed('srcs/A.hs', 'src', 'lib')).toBeNull();
});

describe('a path', () => {
  it.each(['', ' ', '/etc/x', 'a/../b', './a', 'a//b', 'a\nb', 'a\\b', 'x'.repeat(256), 'é'.repeat(128)])('is refused: %j', (path) => {
    expect(pathFault(path, new Set())).not.toBeNull();
  });
  it('that is taken is refused', () => expect(pathFault('A.hs', new Set(['A.hs']))).toContain('already'));
  it('may have any letters', () => expect(pathFault('src/Grüße 日本.hs', new Set())).toBeNull());
});

it('runs what is asked for, or else the usual program where no description names one', () => {
  expect(programOf(['Main.hs', 'app/Main.hs'], null)).toBe('app/Main.hs');
  expect(programOf(['Main.hs', 'Other.hs'], 'Other.hs')).toBe('Other.hs');
  expect(programOf(['Main.hs'], 'gone.hs')).toBe('Main.hs');
  expect(programOf(['Main.hs', 'thing.cabal'], null)).toBeNull();
  expect(programOf(['Main.hs', 'package.yaml'], null)).toBeNull();
  expect(programOf(['Main.hs', 'thing.cabal'], 'Main.hs')).toBe('Main.hs');
  expect(programOf(['Other.hs'], null)).toBeNull();
});

it('opens the program first', () => {
  expect(mainFile(['src/A.hs', 'app/Main.hs'], null)).toBe('app/Main.hs');
  expect(mainFile(['src/A.hs', 'app/Main.hs'], 'src/A.hs')).toBe('src/A.hs');
  expect(mainFile(['README.md', 'Z.hs'], 'gone.hs')).toBe('Z.hs');
  expect(mainFile([], null)).toBeNull();
});
