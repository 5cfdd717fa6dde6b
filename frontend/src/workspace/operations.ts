// What a user does with files: make, rename, move, delete, undo, upload.

import { deleteFile, readFile, renamePath, writeFile } from '../api/files';
import { getWorkspace } from '../api/workspaces';
import { bytes, plural } from '../lib/format';
import { toast } from '../shell/toasts';
import { ensureWorkspace } from './adopt';
import { closeDocument, moveDocuments, openDocument } from './documents';
import { getDocument } from './opened';
import { emptyFolders, files, forgetFile, setFile, showWorkspace, workspace } from './store';
import { baseName, parentOf, pathFault, renamed } from './tree';

const FILE_BYTES = 512 * 1024;
const id = () => workspace.value?.id ?? '';
const taken = () => new Set(files.value.keys());

async function attempt(what: string, work: () => Promise<void>): Promise<boolean> {
  try {
    await ensureWorkspace();
    await work();
    return true;
  } catch (error) {
    toast(`${what}: ${(error as Error).message}`, 'bad');
    return false;
  }
}

const moduleName = (path: string) =>
  path
    .replace(/\.hs$/, '')
    .split('/')
    .filter((part) => /^[A-Z][\w']*$/.test(part))
    .join('.');

/** What a new file begins with. */
export function template(path: string): string {
  if (!path.endsWith('.hs')) return '';
  const name = moduleName(path);
  if (!name || name === 'Main') return 'module Main where\n\nmain :: IO ()\nmain = putStrLn "Hello"\n';
  return `module ${name} where\n\n`;
}

export async function makeFile(path: string): Promise<boolean> {
  const fault = pathFault(path, taken());
  if (fault) {
    toast(fault, 'bad');
    return false;
  }
  return attempt(`${path} could not be made`, async () => {
    const text = template(path);
    setFile({ path, etag: await writeFile(id(), path, text, 'new'), bytes: text.length });
    await openDocument(path);
  });
}

/** A folder is kept by its files; until it has one, only this page knows it. */
export function makeFolder(path: string): boolean {
  const fault = pathFault(path, taken());
  if (fault) toast(fault, 'bad');
  else emptyFolders.value = new Set(emptyFolders.value).add(path);
  return fault === null;
}

export async function movePath(from: string, to: string): Promise<boolean> {
  if (from === to) return true;
  const fault = pathFault(to, taken());
  if (fault || to.startsWith(`${from}/`)) {
    toast(fault ?? 'A folder cannot be moved into itself.', 'bad');
    return false;
  }
  if (![...files.value.keys()].some((path) => renamed(path, from, to) !== null)) {
    emptyFolders.value = new Set([...emptyFolders.value].map((path) => renamed(path, from, to) ?? path));
    return true;
  }
  return attempt(`${from} could not be renamed`, async () => {
    await moveDocuments(from, to, async () => {
      await renamePath(id(), from, to);
      showWorkspace(await getWorkspace(id()));
    });
    emptyFolders.value = new Set([...emptyFolders.value].map((path) => renamed(path, from, to) ?? path));
  });
}

async function putBack(texts: ReadonlyMap<string, string>): Promise<void> {
  for (const [path, text] of texts) setFile({ path, etag: await writeFile(id(), path, text), bytes: text.length });
  const first = [...texts.keys()][0];
  if (first !== undefined) await openDocument(first);
}

/** Deletes a file or a folder; the text is kept for as long as it can be undone. */
export async function deletePath(path: string): Promise<boolean> {
  const doomed = [...files.value.keys()].filter((each) => renamed(each, path, '') !== null);
  return attempt(`${path} could not be deleted`, async () => {
    const texts = new Map<string, string>();
    for (const each of doomed) texts.set(each, getDocument(each)?.toString() ?? (await readFile(id(), each)).text);
    for (const each of doomed) {
      closeDocument(each);
      await deleteFile(id(), each);
      forgetFile(each);
    }
    emptyFolders.value = new Set([...emptyFolders.value].filter((each) => renamed(each, path, '') === null));
    if (doomed.length === 0) return;
    const what = doomed.length === 1 ? baseName(path) : `${baseName(path)} (${plural(doomed.length, 'file')})`;
    toast(`Deleted ${what}.`, 'info', {
      label: 'Undo',
      run: () => void attempt('It could not be put back', () => putBack(texts)),
    });
  });
}

function decode(name: string, data: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(data);
  } catch {
    throw new Error(`${name} is not text in UTF-8.`);
  }
}

async function uploadOne(file: File, folder: string): Promise<void> {
  const path = folder ? `${folder}/${file.name}` : file.name;
  if (file.size > FILE_BYTES) throw new Error(`${file.name} has ${bytes(file.size)}; a file can have ${bytes(FILE_BYTES)}.`);
  const fault = pathFault(path, new Set());
  if (fault) throw new Error(`${file.name}: ${fault}`);
  const text = decode(file.name, await file.arrayBuffer());
  closeDocument(path);
  setFile({ path, etag: await writeFile(id(), path, text), bytes: file.size });
}

export async function upload(list: Iterable<File>, folder = ''): Promise<void> {
  let last = '';
  for (const file of list) {
    const done = await attempt(`${file.name} could not be uploaded`, () => uploadOne(file, folder));
    if (done) last = folder ? `${folder}/${file.name}` : file.name;
  }
  if (last) await openDocument(last);
}

/** Where new files go: beside the one in front. */
export const folderOf = (path: string | null) => (path === null ? '' : parentOf(path));
