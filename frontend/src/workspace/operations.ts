// What a user does with files: make, rename, move, delete, undo, upload.

import { deleteFile, readFile, renamePath, writeFile } from '../api/files';
import { getWorkspace } from '../api/workspaces';
import { bytes, plural } from '../lib/format';
import { toast } from '../shell/toasts';
import { ensureWorkspace } from './adopt';
import { closeDocument, moveDocuments, openDocument } from './documents';
import { getDocument } from './opened';
import { emptyFolders, files, forgetFile, setFile, showWorkspace, workspace } from './store';
import { template } from './template';
import { baseName, parentOf, pathFault, renamed } from './tree';

export const FILE_BYTES = 512 * 1024;
const id = () => workspace.value?.id ?? '';
const sizeOf = (text: string) => new TextEncoder().encode(text).length;
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

export async function makeFile(path: string, text = template(path)): Promise<boolean> {
  const fault = pathFault(path, taken());
  if (fault) {
    toast(fault, 'bad');
    return false;
  }
  return attempt(`${path} could not be made`, async () => {
    setFile({ path, etag: await writeFile(id(), path, text, 'new'), bytes: sizeOf(text) });
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

const textOf = async (path: string) => getDocument(path)?.toString() ?? (await readFile(id(), path)).text;

/** Writes a whole file; a tab that shows it is closed, as its text is another. */
async function put(path: string, text: string): Promise<void> {
  closeDocument(path);
  setFile({ path, etag: await writeFile(id(), path, text), bytes: sizeOf(text) });
}

async function putBack(texts: ReadonlyMap<string, string>): Promise<void> {
  for (const [path, text] of texts) await put(path, text);
  const first = [...texts.keys()][0];
  if (first !== undefined) await openDocument(first);
}

/** Says what was done to files whose texts are kept for as long as it can be undone. */
function offerUndo(done: string, texts: ReadonlyMap<string, string>): void {
  toast(done, 'info', { label: 'Undo', run: () => void attempt('It could not be put back', () => putBack(texts)) });
}

/** Deletes a file or a folder. */
export async function deletePath(path: string): Promise<boolean> {
  const doomed = [...files.value.keys()].filter((each) => renamed(each, path, '') !== null);
  return attempt(`${path} could not be deleted`, async () => {
    const texts = new Map<string, string>();
    for (const each of doomed) texts.set(each, await textOf(each));
    for (const each of doomed) {
      closeDocument(each);
      await deleteFile(id(), each);
      forgetFile(each);
    }
    emptyFolders.value = new Set([...emptyFolders.value].filter((each) => renamed(each, path, '') === null));
    if (doomed.length === 0) return;
    const what = doomed.length === 1 ? baseName(path) : `${baseName(path)} (${plural(doomed.length, 'file')})`;
    offerUndo(`Deleted ${what}.`, texts);
  });
}

function decode(name: string, data: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(data);
  } catch {
    throw new Error(`${name} is not text in UTF-8.`);
  }
}

/** Returns the path; the text of a file of the same name is added to `replaced`. */
async function uploadOne(file: File, folder: string, replaced: Map<string, string>): Promise<string> {
  const path = folder ? `${folder}/${file.name}` : file.name;
  if (file.size > FILE_BYTES) throw new Error(`${file.name} has ${bytes(file.size)}; a file can have ${bytes(FILE_BYTES)}.`);
  const fault = pathFault(path, new Set());
  if (fault) throw new Error(`${file.name}: ${fault}`);
  const text = decode(file.name, await file.arrayBuffer());
  const former = files.value.has(path) ? await textOf(path) : text;
  await put(path, text);
  if (former !== text) replaced.set(path, former);
  return path;
}

export async function upload(list: Iterable<File>, folder = ''): Promise<void> {
  let last = '';
  const replaced = new Map<string, string>();
  for (const file of list) {
    await attempt(`${file.name} could not be uploaded`, async () => {
      last = await uploadOne(file, folder, replaced);
    });
  }
  if (last) await openDocument(last);
  const [path] = replaced.keys();
  if (path === undefined) return;
  offerUndo(replaced.size === 1 ? `${path} was there already: replaced.` : `${plural(replaced.size, 'file')} were there already: replaced.`, replaced);
}

/** Where new files go: beside the one in front. */
export const folderOf = (path: string | null) => (path === null ? '' : parentOf(path));
