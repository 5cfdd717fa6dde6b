import { beforeEach, expect, it, vi } from 'vitest';
import { closeDialog, dialog, openDialog } from '../src/shell/overlay';

vi.mock('../src/editor/view', () => ({ editorView: () => null }));
vi.stubGlobal('document', { activeElement: null, querySelector: () => null });

beforeEach(closeDialog);

it('opens a dialog anew that is closed and opened again at once', () => {
  openDialog('files');
  const first = dialog.value;
  closeDialog();
  openDialog('files');
  expect(dialog.value).toEqual({ name: 'files' });
  expect(dialog.value).not.toBe(first);
});
