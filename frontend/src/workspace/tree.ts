// The file tree's shape, from nothing but paths.

export interface TreeFolder { kind: 'folder'; name: string; path: string; children: TreeNode[] }
export interface TreeFile { kind: 'file'; name: string; path: string }
export type TreeNode = TreeFolder | TreeFile;

function compare(a: TreeNode, b: TreeNode): number {
  if (a.kind !== b.kind) return a.kind === 'folder' ? -1 : 1;
  return a.name.localeCompare(b.name, 'en', { numeric: true, sensitivity: 'base' }) || (a.name < b.name ? -1 : 1);
}

/** Folders before files, each by name. `folders` are empty ones that no file implies. */
export function buildTree(paths: Iterable<string>, folders: Iterable<string> = []): TreeNode[] {
  const root: TreeFolder = { kind: 'folder', name: '', path: '', children: [] };
  const known = new Map<string, TreeFolder>([['', root]]);
  const folder = (path: string): TreeFolder => {
    const found = known.get(path);
    if (found) return found;
    const made: TreeFolder = { kind: 'folder', name: baseName(path), path, children: [] };
    known.set(path, made);
    folder(parentOf(path)).children.push(made);
    return made;
  };
  for (const path of folders) folder(path);
  for (const path of paths) folder(parentOf(path)).children.push({ kind: 'file', name: baseName(path), path });
  for (const each of known.values()) each.children.sort(compare);
  return root.children;
}

export interface Row { node: TreeNode; depth: number }

/** The rows that are on the screen: what lies in a closed folder is not. */
export function visibleRows(nodes: readonly TreeNode[], closed: ReadonlySet<string>, depth = 0): Row[] {
  return nodes.flatMap((node) => [
    { node, depth },
    ...(node.kind === 'folder' && !closed.has(node.path) ? visibleRows(node.children, closed, depth + 1) : []),
  ]);
}

export function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export function joinPath(folder: string, name: string): string {
  return folder ? `${folder}/${name}` : name;
}

/** Where a path goes when a file or folder is renamed; null: it is not touched. */
export function renamed(path: string, from: string, to: string): string | null {
  if (path === from) return to;
  return path.startsWith(`${from}/`) ? to + path.slice(from.length) : null;
}

/** Why a path can't be used, as a sentence; null: it can. */
export function pathFault(path: string, taken: ReadonlySet<string>): string | null {
  const parts = path.split('/');
  if (!path.trim()) return 'A name is needed.';
  if (new TextEncoder().encode(path).length > 255) return 'The path is longer than 255 bytes.';
  if (path.startsWith('/') || parts.includes('..') || parts.includes('.')) return 'The path must lie inside the workspace.';
  if (parts.includes('')) return 'A part of the path is empty.';
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f\\]/.test(path)) return 'Control characters and backslashes are not possible.';
  if (taken.has(path)) return `There is already a file ${path}.`;
  return null;
}

const USUAL = ['app/Main.hs', 'src/Main.hs', 'Main.hs'];

/** What runs where nothing else is asked for; null: that is found out where it runs, as a package's description says. */
export function programOf(paths: readonly string[], entry: string | null): string | null {
  if (entry !== null && paths.includes(entry)) return entry;
  if (paths.some((path) => /\.cabal$|(^|\/)package\.yaml$/.test(path))) return null;
  return USUAL.find((path) => paths.includes(path)) ?? null;
}

/** The file to show first: the entry, else the usual places of a program, else any Haskell file. */
export function mainFile(paths: readonly string[], entry: string | null): string | null {
  const wanted = [entry, ...USUAL];
  const usual = wanted.find((path) => path !== null && paths.includes(path));
  const sorted = [...paths].sort();
  return usual ?? sorted.find((path) => path.endsWith('.hs')) ?? sorted[0] ?? null;
}
