import { focusEditor } from '../editor/view';
import { deletePath, movePath } from '../workspace/operations';
import { openDocument } from '../workspace/documents';
import { activePath } from '../workspace/opened';
import { problems, readOnly } from '../workspace/store';
import { parentOf, type TreeNode } from '../workspace/tree';
import { part } from '../shell/layout';
import { NameField } from './NameField';
import { closedFolders, draggedOver, dropInto, renaming, startDrag, toggleFolder } from './state';

interface Props { node: TreeNode; depth: number }

function open(node: TreeNode): void {
  if (node.kind === 'folder') {
    toggleFolder(node.path);
    return;
  }
  part.value = 'code';
  void openDocument(node.path).then(focusEditor);
}

function move(from: EventTarget | null, step: number): void {
  const rows = [...document.querySelectorAll<HTMLElement>('.files [role=treeitem] > .tree-name')];
  rows[rows.indexOf(from as HTMLElement) + step]?.focus();
}

function pressed(event: KeyboardEvent, node: TreeNode): void {
  const closed = closedFolders.value.has(node.path);
  if (event.key === 'ArrowDown') move(event.currentTarget, 1);
  else if (event.key === 'ArrowUp') move(event.currentTarget, -1);
  else if (event.key === 'ArrowRight' && node.kind === 'folder' && closed) toggleFolder(node.path);
  else if (event.key === 'ArrowLeft' && node.kind === 'folder' && !closed) toggleFolder(node.path);
  else if (event.key === 'F2' && !readOnly.value) renaming.value = node.path;
  else if (event.key === 'Delete' && !readOnly.value) void deletePath(node.path);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

const hasErrors = (path: string) => (problems.value.get(path) ?? []).some((each) => each.severity === 1);

export function TreeRow({ node, depth }: Props) {
  const folder = node.kind === 'folder';
  const closed = closedFolders.value.has(node.path);
  const target = folder ? node.path : parentOf(node.path);
  if (renaming.value === node.path) {
    const done = (path: string) => {
      renaming.value = null;
      if (path) void movePath(node.path, path);
    };
    return (
      <li role="treeitem" class="tree-row">
        <NameField value={node.path} label={`New path of ${node.path}`} onDone={done} />
      </li>
    );
  }
  return (
    <li
      role="treeitem"
      aria-level={depth + 1}
      aria-selected={activePath.value === node.path}
      aria-expanded={folder ? !closed : undefined}
      class={`tree-row ${activePath.value === node.path ? 'current' : ''} ${hasErrors(node.path) ? 'wrong' : ''} ${folder && draggedOver.value === node.path ? 'drop' : ''}`}
      style={{ '--depth': depth }}
      draggable={!readOnly.value}
      onDragStart={(event) => startDrag(event, node.path)}
      onDragOver={(event) => {
        event.preventDefault();
        event.stopPropagation();
        draggedOver.value = target;
      }}
      onDrop={(event) => dropInto(event, target)}
    >
      <button class="tree-name" onClick={() => open(node)} onKeyDown={(event) => pressed(event, node)}>
        {folder ? <span class={`chevron ${closed ? '' : 'open'}`} aria-hidden="true" /> : <span class="no-chevron" />}
        <span class="name">{node.name}</span>
      </button>
      {!readOnly.value && (
        <span class="row-tools">
          <button class="icon" title="Rename or move (F2)" aria-label={`Rename ${node.path}`} onClick={() => (renaming.value = node.path)}>
            ✎
          </button>
          <button class="icon" title="Delete" aria-label={`Delete ${node.path}`} onClick={() => void deletePath(node.path)}>
            ×
          </button>
        </span>
      )}
    </li>
  );
}
