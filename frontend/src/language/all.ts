// Everything that the language server adds to the editor.

import { EditorView } from '@codemirror/view';
import { bulbLater, lightBulb } from './bulb';
import { completion } from './completion';
import { definition } from './definition';
import { folding, foldsLater } from './fold';
import { highlight, highlightLater } from './highlight';
import { hover } from './hover';
import { inlay, inlayLater } from './inlay';
import { fixMenu } from './menu';
import { signature, signatureLater } from './signature';
import { outlineLater } from './symbols';
import { tokens, tokensLater } from './tokens';
import { runButtons, runnablesLater } from '../testing/gutter';

const outlineFollows = EditorView.updateListener.of((update) => {
  if (update.docChanged) outlineLater();
});

/** For Haskell files; `writes`: the user may change the text. */
export const language = (writes: boolean) => [
  hover,
  definition,
  highlight,
  inlay,
  folding,
  tokens,
  outlineFollows,
  writes ? [completion, signature, fixMenu, lightBulb, runButtons] : [],
];

/** GHC has looked at the text anew. */
export function refresh(view: EditorView): void {
  bulbLater(view);
  runnablesLater(view);
  inlayLater(view);
  foldsLater(view);
  highlightLater(view);
  signatureLater(view);
  tokensLater(view);
}
