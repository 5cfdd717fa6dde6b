// What a session that slept did not keep of what programs wrote, in words. Pure.

import { ago, bytes, plural } from '../lib/format';
import type { LeftFile, LeftOut } from '../protocol';

const NAMED = 3;
const ANEW = 'Run the program again to have it anew';
const BOUND = `Of what programs write, up to 32 MB (packed) outlive that; links do not. ${ANEW}, or have it write less.`;

export interface Told {
  said: string;
  named: readonly LeftFile[];
  /** After the names: how many there are besides, and what all take. */
  rest: string;
  advice: string;
}

export function tell(left: LeftOut, all: boolean, now: Date = new Date()): Told {
  const when = ago(new Date(left.at * 1000), now);
  if (left.reason) return { said: left.reason, named: [], rest: '', advice: `It was ${when}. ${ANEW}.` };
  const named = all ? left.files : left.files.slice(0, NAMED);
  const more = left.count - named.length;
  const kept = left.count === 1 ? 'A file that a program wrote was' : `${plural(left.count, 'file')} that programs wrote were`;
  return {
    said: `${kept} not kept when the session slept or moved (${when}):`,
    named,
    rest: `${more > 0 ? ` and ${more.toLocaleString('en')} more` : ''}${left.count > 1 ? `, ${bytes(left.bytes)} in all` : ''}.`,
    advice: BOUND,
  };
}
