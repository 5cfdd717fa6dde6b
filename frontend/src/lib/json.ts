const HALF = /\p{Surrogate}/gu; // with `u` a whole pair is no surrogate

/** JSON that every server takes: half of a surrogate pair becomes a mark of the same length, so places stay. */
export function encodeJson(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => (typeof each === 'string' ? each.replace(HALF, '\ufffd') : each));
}
