// What the server tells of files: saved, changed elsewhere, gone, with problems.

import { readFile } from '../api/files';
import { getWorkspace } from '../api/workspaces';
import { follow } from '../editor/following';
import { pathOf } from './diagnostics';
import type { Document } from './document';
import { closeDocument, isLeaving } from './documents';
import { documents, getDocument, sync } from './opened';
import { sending, settled } from './saving';
import { onGreet, onReady, rpc } from './session';
import { files, forgetFile, setFile, setProblems, showWorkspace, workspace } from './store';

/** Nothing was typed here that the server may not have: what is not sent yet came from another window. */
const isKept = (doc: Document) => doc.saved.value === 'saved';

/** Takes over what another window saved, unless something was typed here. */
async function reload(doc: Document): Promise<void> {
  const found = await readFile(workspace.value?.id ?? '', doc.path);
  if (!isKept(doc)) return;
  doc.etag = found.etag;
  if (found.text !== doc.toString()) follow(doc, found.text);
}

rpc.on('file/changed', ({ path, etag, version }) => {
  const doc = getDocument(path);
  if (etag === null) {
    forgetFile(path);
    if (doc && !isLeaving(path)) closeDocument(path);
    return;
  }
  setFile({ path, etag, bytes: doc?.text.length ?? files.value.get(path)?.bytes ?? 0 });
  if (!doc) return;
  if (version !== undefined && version !== null) {
    doc.etag = etag;
    if (version >= doc.version && !doc.hasUnsent) settled(doc, etag);
  } else if (etag !== doc.etag && doc.saved.value === 'saved') {
    void reload(doc).catch(() => undefined);
  }
});

rpc.on('textDocument/publishDiagnostics', ({ uri, diagnostics, version }) => {
  const path = pathOf(uri);
  const doc = getDocument(path);
  if (doc) doc.diagnosedVersion = version ?? null;
  setProblems(path, diagnostics);
});

let connectedBefore = false;

/** After a lost connection what changed meanwhile is looked at before our own texts go over. */
onGreet(async () => {
  const id = workspace.value?.id;
  if (connectedBefore && id) {
    showWorkspace(await getWorkspace(id));
    for (const doc of [...documents.values()]) if (!files.value.has(doc.path) && isKept(doc)) closeDocument(doc.path);
    const stale = [...documents.values()].filter((doc) => {
      const etag = files.value.get(doc.path)?.etag;
      return isKept(doc) && etag !== undefined && etag !== doc.etag;
    });
    await Promise.all(stale.map(reload));
  }
  connectedBefore = true;
});

onReady(() => {
  for (const doc of documents.values()) {
    sync.opened(doc);
    sending(doc);
  }
});
