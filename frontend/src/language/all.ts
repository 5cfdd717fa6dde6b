// Everything that the language server adds to the editor.

import { EditorView } from '@codemirror/view';
import { lightBulb } from './bulb';
import { completion } from './completion';
import { definition } from './definition';
import { highlight } from './highlight';
import { hover } from './hover';
import { inlay } from './inlay';
import { fixMenu } from './menu';
import { signature } from './signature';
import { outlineLater } from './symbols';
import { runButtons } from '../testing/gutter';

const outlineFollows = EditorView.updateListener.of((update) => {
  if (update.docChanged) outlineLater();
});

/** For Haskell files; `writes`: the user may change the text. */
export const language = (writes: boolean) => [
  hover,
  definition,
  highlight,
  inlay,
  outlineFollows,
  writes ? [completion, signature, fixMenu, lightBulb, runButtons] : [],
];
