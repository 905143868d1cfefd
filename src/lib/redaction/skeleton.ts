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

/** Valid until the next call. */
export function skeletonOf({ text }: Pick<Reading, 'text'>): Skeleton {
  if (codes.length < text.length) {
    codes = new Uint16Array(text.length * 2);
    places = new Int32Array(text.length * 2);
  }
  let length = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (!isKept(code)) continue;
    codes[length] = code;
    places[length] = index;
    length += 1;
  }
  return { codes, places, length };
}

/** Letters, digits, and everything beyond Latin-1 but dashes, quotation marks, blanks and the like. */
export const isKept = (code: number): boolean =>
  code < 128
    ? (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57)
    : code >= 0xc0 && (code < 0x2000 || code > 0x2bff) && code !== 0xfeff;

/** The same as text, to be kept. */
export const bare = (text: string): string => {
  const { codes: kept, length } = skeletonOf({ text });
  return String.fromCharCode(...kept.subarray(0, length));
};
