import { batch } from '@preact/signals';
import { getExample } from '../api/service';
import { landingExample } from '../workspace/adopt';
import { placeDocument } from '../workspace/documents';
import { activePath, openPaths, replaced } from '../workspace/opened';
import { files, workspace } from '../workspace/store';
import { mainFile } from '../workspace/tree';

/** Puts files before the user that no workspace holds yet. */
export function showFiles(texts: Record<string, string>, name: string, toolchain: string, entry: string | null): void {
  const paths = Object.keys(texts);
  batch(() => {
    workspace.value = { id: '', name, toolchain, entry };
    files.value = new Map(paths.map((path) => [path, { path, etag: '', bytes: texts[path]!.length }]));
    for (const path of paths) placeDocument(path, texts[path]!, '');
    const first = mainFile(paths, entry);
    openPaths.value = first === null ? [] : [first];
    activePath.value = first;
    replaced.value += 1;
  });
}

/** Shows an example; it becomes a workspace at the first touch. */
export async function showExample(slug: string): Promise<void> {
  const example = await getExample(slug);
  landingExample.value = { slug, title: example.title };
  showFiles(example.files, example.title, '', example.entry);
}
