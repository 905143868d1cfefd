import { codesOf } from './codes.ts';
import type { Reading } from './reading.ts';

/**
 * The letters and digits of a text, without what a terminal, Markdown, a patch or a listing puts between them: what is left of
 * a secret however it was wrapped, grouped, quoted or emphasized.
 */
export interface Skeleton {
  readonly codes: Uint16Array;
  /** Where each stands in the reading. */
  readonly places: Int32Array;
  readonly length: number;
}

/** One buffer for all: readings are looked at one after the other, and no skeleton is kept. */
let codes = new Uint16Array(4096);
let places = new Int32Array(4096);

/** Letters, digits, and everything beyond Latin-1 but dashes, quotation marks, blanks and the like. */
export const isKept = (code: number): boolean =>
  code < 128
    ? (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57)
    : code >= 0xc0 && (code < 0x2000 || code > 0x2bff) && code !== 0xfeff;

/** The same for the codes that occur most, looked up. */
const TABLE = 0x3000;
const KEPT = Uint8Array.from({ length: TABLE }, (_, code) => (isKept(code) ? 1 : 0));

/** Valid until the next call. */
export function skeletonOf({ text }: Pick<Reading, 'text'>): Skeleton {
  if (codes.length < text.length) {
    codes = new Uint16Array(text.length * 2);
    places = new Int32Array(text.length * 2);
  }
  const all = codesOf(text);
  const size = all.length;
  const kept = codes;
  const at = places;
  let length = 0;
  for (let index = 0; index < size; index += 1) {
    const code = all[index] as number;
    if (code < TABLE ? KEPT[code] === 0 : !isKept(code)) continue;
    kept[length] = code;
    at[length] = index;
    length += 1;
  }
  return { codes, places, length };
}

/** The same as text, to be kept. */
export const bare = (text: string): string => {
  const { codes: kept, length } = skeletonOf({ text });
  return String.fromCharCode(...kept.subarray(0, length));
};
