// The workspace's files as a tree: open, make, rename, move, delete, upload.

import { useRef } from 'preact/hooks';
import { visibleRows } from '../workspace/tree';
import { backToEditor } from '../shell/commands';
import { folderOf, makeFile, makeFolder, upload } from '../workspace/operations';
import { activePath } from '../workspace/opened';
import { readOnly, tree } from '../workspace/store';
import { NameField } from './NameField';
import { closedFolders, creating, draggedOver, dropInto } from './state';
import { TreeRow } from './TreeRow';

function UploadButton() {
  const field = useRef<HTMLInputElement>(null);
  return (
    <>
      <button class="icon" title="Upload files" aria-label="Upload files" onClick={() => field.current!.click()}>
        ↑
      </button>
      <input
        ref={field}
        type="file"
        multiple
        hidden
        onChange={(event) => {
          void upload([...(event.currentTarget.files ?? [])], folderOf(activePath.value));
          event.currentTarget.value = '';
        }}
      />
    </>
  );
}

function Creating() {
  const kind = creating.value;
  if (!kind) return null;
  const folder = folderOf(activePath.value);
  const done = (path: string) => {
    creating.value = null;
    if (path && kind === 'file') void makeFile(path).then((made) => made && backToEditor());
    else if (path) makeFolder(path);
  };
  return <NameField value={folder ? `${folder}/` : ''} label={`Path of the new ${kind}`} placeholder={kind === 'file' ? 'src/Name.hs' : 'src'} onDone={done} />;
}

export function Files() {
  const rows = visibleRows(tree.value, closedFolders.value);
  return (
    <div
      class={`files ${draggedOver.value === '' ? 'drop' : ''}`}
      onDragOver={(event) => {
        if (readOnly.value) return;
        event.preventDefault();
        draggedOver.value = '';
      }}
      onDragLeave={() => (draggedOver.value = null)}
      onDrop={(event) => dropInto(event, '')}
    >
      <div class="side-head">
        <h2>Files</h2>
        {!readOnly.value && (
          <>
            <button class="icon" title="New file" aria-label="New file" onClick={() => (creating.value = 'file')}>
              +
            </button>
            <button class="icon" title="New folder" aria-label="New folder" onClick={() => (creating.value = 'folder')}>
              <span class="folder-icon" aria-hidden="true" />
            </button>
            <UploadButton />
          </>
        )}
      </div>
      <ul role="tree" aria-label="Files">
        {rows.map(({ node, depth }) => (
          <TreeRow key={node.path} node={node} depth={depth} />
        ))}
      </ul>
      <Creating />
      {rows.length === 0 && !creating.value && <p class="empty">No files yet. Make one with +.</p>}
    </div>
  );
}
