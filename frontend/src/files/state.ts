import { signal } from '@preact/signals';
import { movePath, upload } from '../workspace/operations';
import { baseName, joinPath } from '../workspace/tree';

export const closedFolders = signal<ReadonlySet<string>>(new Set());
export const creating = signal<'file' | 'folder' | null>(null);
export const renaming = signal<string | null>(null);
/** The folder that something is dragged over; '' is the root. */
export const draggedOver = signal<string | null>(null);

const PATH = 'application/x-workspace-path';

export function toggleFolder(path: string): void {
  const next = new Set(closedFolders.value);
  if (!next.delete(path)) next.add(path);
  closedFolders.value = next;
}

export function startDrag(event: DragEvent, path: string): void {
  event.dataTransfer?.setData(PATH, path);
  event.stopPropagation();
}

/** A row of the tree moves here; files from outside are uploaded. */
export function dropInto(event: DragEvent, folder: string): void {
  event.preventDefault();
  event.stopPropagation();
  draggedOver.value = null;
  const path = event.dataTransfer?.getData(PATH);
  if (path) void movePath(path, joinPath(folder, baseName(path)));
  else void upload([...(event.dataTransfer?.files ?? [])], folder);
}
