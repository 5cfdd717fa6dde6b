// Below the tree: what programs wrote, to be looked at, downloaded, made a file of the workspace, or deleted.

import { signal } from '@preact/signals';
import { focusEditor } from '../editor/view';
import { bytes, plural } from '../lib/format';
import { download } from '../lib/download';
import type { ProducedFile } from '../protocol';
import { closeDialog, dialog, openDialog } from '../shell/overlay';
import { toast } from '../shell/toasts';
import { FILE_BYTES, makeFile } from '../workspace/operations';
import { readOnly } from '../workspace/store';
import { baseName } from '../workspace/tree';
import { deleteProduced, produced, readProduced, refreshProduced } from './fromPrograms';
import { imageType, isDrawing, textOf } from './sorts';

const PREVIEW_BYTES = 256 * 1024;
const PICTURE_BYTES = 8 * 1024 * 1024;
const TOO_LARGE = `Pictures of more than ${bytes(PICTURE_BYTES)} are not shown: download it to look at it.`;
const NO_TEXT = 'It is no text in UTF-8: download it to look at it.';

type Sight = { kind: 'text'; text: string; whole: boolean } | { kind: 'picture'; url: string } | { kind: 'none'; reason: string };

const looked = signal<ProducedFile | null>(null);
const sight = signal<Sight | null>(null);
const fetching = signal(false);

const isSeen = (file: ProducedFile) => looked.peek() === file && dialog.peek()?.name === 'produced';

/** With an origin of its own: a picture in SVG that is opened by itself is no page of ours. */
const dataUrl = (content: Blob) =>
  new Promise<string>((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.onerror = () => reject(new Error('The browser could not read it.'));
    reader.readAsDataURL(content);
  });

async function see(file: ProducedFile): Promise<Sight> {
  const type = imageType(file.path);
  const { pieces, whole } = await readProduced(file.path, type === null ? PREVIEW_BYTES : PICTURE_BYTES, () => isSeen(file));
  if (type !== null) return whole ? { kind: 'picture', url: await dataUrl(new Blob(pieces, { type })) } : { kind: 'none', reason: TOO_LARGE };
  const text = textOf(pieces, whole);
  return text === null ? { kind: 'none', reason: NO_TEXT } : { kind: 'text', text, whole };
}

async function look(file: ProducedFile): Promise<void> {
  [looked.value, sight.value] = [file, null];
  openDialog('produced');
  const found = await see(file).catch((error: unknown): Sight => ({ kind: 'none', reason: (error as Error).message }));
  if (isSeen(file)) sight.value = found;
}

async function fetchWhole(file: ProducedFile, use: (pieces: Uint8Array<ArrayBuffer>[]) => Promise<void> | void): Promise<void> {
  fetching.value = true;
  try {
    await use((await readProduced(file.path)).pieces);
  } catch (error) {
    toast(`${file.path} could not be read: ${(error as Error).message}`, 'bad');
  } finally {
    fetching.value = false;
  }
}

const take = (file: ProducedFile) =>
  fetchWhole(file, (pieces) => download(baseName(file.path), pieces, imageType(file.path) ?? 'application/octet-stream'));

const add = (file: ProducedFile) =>
  fetchWhole(file, async (pieces) => {
    const text = textOf(pieces, true);
    if (text === null) throw new Error('It is no text in UTF-8.');
    if (!(await makeFile(file.path, text))) return;
    await refreshProduced(); // its button is gone then, so the editor has the keyboard
    if (isSeen(file)) closeDialog();
  });

/** From its row: the one beside it has the keyboard then. */
function dropRow(button: HTMLElement, file: ProducedFile): void {
  const row = button.closest('li')!;
  const beside = (row.nextElementSibling ?? row.previousElementSibling)?.querySelector('button');
  deleteProduced(file);
  if (beside) beside.focus();
  else focusEditor();
}

function Content({ now }: { now: Sight }) {
  if (now.kind === 'none') return <p class="empty">{now.reason}</p>;
  if (now.kind === 'picture') return <img src={now.url} alt={`What is in ${looked.value?.path ?? ''}`} />;
  if (now.text === '') return <p class="empty">It is empty.</p>;
  return (
    <>
      <pre tabIndex={0}>{now.text}</pre>
      {!now.whole && <p class="muted">This is the beginning: download it for all of it.</p>}
    </>
  );
}

/** The dialog with one of the files. */
export function ProducedView() {
  const file = looked.value;
  if (!file) return null;
  const now = sight.value;
  return (
    <div class="produced-view">
      <h2>
        <bdi>{file.path}</bdi> <small class="muted">{bytes(file.bytes)}</small>
      </h2>
      <div class="produced-content">{now ? <Content now={now} /> : <span class="spinner" role="status" aria-label="It is read" />}</div>
      <div class="ask-buttons">
        {!readOnly.value && (
          <button
            class="quiet"
            onClick={() => {
              deleteProduced(file);
              closeDialog();
            }}
          >
            Delete
          </button>
        )}
        {!readOnly.value && file.bytes <= FILE_BYTES && (now?.kind === 'text' || isDrawing(file.path)) && (
          <button disabled={fetching.value} onClick={() => void add(file)}>
            Add to the workspace
          </button>
        )}
        <button disabled={fetching.value} onClick={() => void take(file)}>
          Download
        </button>
        <button class="primary" onClick={closeDialog} autofocus>
          Close
        </button>
      </div>
    </div>
  );
}

export function Produced() {
  const found = produced.value;
  if (!found || found.count === 0) return null;
  const more = found.count - found.files.length;
  return (
    <section class="by-programs" aria-label="Written by programs">
      <div class="side-head">
        <h2>Written by programs</h2>
        <button class="icon" title="Look again" aria-label="Look again" onClick={() => void refreshProduced()}>
          ↻
        </button>
      </div>
      <ul>
        {found.files.map((file) => (
          <li key={file.path} class="produced-row">
            <button
              class="produced-name"
              title={`${file.path}, ${new Date(file.modified * 1000).toLocaleString()}`}
              onClick={() => void look(file)}
              onKeyDown={(event) => event.key === 'Delete' && !readOnly.value && dropRow(event.currentTarget, file)}
            >
              <bdi class="name">{file.path}</bdi>
              <span class="muted">{bytes(file.bytes)}</span>
            </button>
            {!readOnly.value && (
              <span class="row-tools">
                <button class="icon" title="Delete" aria-label={`Delete ${file.path}`} onClick={(event) => dropRow(event.currentTarget, file)}>
                  ×
                </button>
              </span>
            )}
          </li>
        ))}
      </ul>
      {more > 0 && <p class="muted">{plural(more, 'file')} more</p>}
    </section>
  );
}
