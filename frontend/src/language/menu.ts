// The menu of fixes under the cursor, worked with arrows, Enter and Escape.

import { StateEffect, StateField } from '@codemirror/state';
import { type EditorView, showTooltip, type Tooltip } from '@codemirror/view';
import { toast } from '../shell/toasts';
import { active } from '../workspace/opened';
import type { Fix } from './answers';
import { applyFix, canFix, fixesAt, INVOKED } from './fixes';
import { element } from './markup';
import { lane } from './server';

const question = lane();
const show = StateEffect.define<Tooltip | null>();

export const fixMenu = StateField.define<Tooltip | null>({
  create: () => null,
  update(value, transaction) {
    for (const effect of transaction.effects) if (effect.is(show)) return effect.value;
    return transaction.docChanged || transaction.selection ? null : value;
  },
  provide: (field) => showTooltip.from(field),
});

function close(view: EditorView): void {
  view.dispatch({ effects: show.of(null) });
  view.focus();
}

function pressed(event: KeyboardEvent, view: EditorView, menu: HTMLElement): void {
  const items = [...menu.querySelectorAll('button')];
  const here = items.indexOf(document.activeElement as HTMLButtonElement);
  if (event.key === 'Escape' || event.key === 'Tab') close(view);
  else if (event.key === 'ArrowDown') items[(here + 1) % items.length]?.focus();
  else if (event.key === 'ArrowUp') items[(here - 1 + items.length) % items.length]?.focus();
  else {
    if (event.key === 'Enter' || event.key === ' ') event.stopPropagation();
    return;
  }
  event.preventDefault();
  event.stopPropagation();
}

function menuOf(view: EditorView, fixes: readonly Fix[]): HTMLElement {
  const menu = element('div', 'fix-menu');
  menu.setAttribute('role', 'menu');
  menu.setAttribute('aria-label', 'Quick fixes');
  for (const fix of fixes) {
    const item = element('button', 'isPreferred' in fix && fix.isPreferred ? 'preferred' : '', fix.title);
    item.setAttribute('role', 'menuitem');
    item.addEventListener('click', () => {
      close(view);
      void applyFix(fix);
    });
    menu.append(item);
  }
  menu.addEventListener('keydown', (event) => pressed(event, view, menu));
  menu.addEventListener('focusout', (event) => {
    if (menu.contains(event.relatedTarget as Node | null)) return;
    // Later: it may be the view itself that takes the menu away, and that takes no other change meanwhile.
    setTimeout(() => menu.isConnected && view.dispatch({ effects: show.of(null) }));
  });
  return menu;
}

/** Asks what can be done at the cursor and offers it. */
export async function openFixes(view: EditorView): Promise<void> {
  const doc = active.peek();
  if (!doc || !canFix()) return;
  const isHaskell = view.state.field(fixMenu, false) !== undefined;
  const fixes = isHaskell ? await fixesAt(question, doc, view.state, INVOKED) : [];
  if (active.peek() !== doc) return;
  if (fixes.length === 0) {
    toast('There is nothing to fix here.');
    return;
  }
  const tooltip: Tooltip = {
    pos: view.state.selection.main.head,
    create: () => {
      const dom = menuOf(view, fixes);
      return { dom, mount: () => setTimeout(() => dom.querySelector('button')?.focus()) };
    },
  };
  view.dispatch({ effects: show.of(tooltip) });
}
