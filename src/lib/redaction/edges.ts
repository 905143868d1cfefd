import { EDGE, type Known } from './known.ts';
import { isKept, skeletonOf } from './skeleton.ts';

/** This much of a known secret at a cut gives it away; less is a word. Signs count. */
const PIECE = 8;

/** Texts are cut for people (`…`) and split by platforms: what is left of a secret at such an edge is masked too. */
export function withoutPieces(text: string, known: Known, mask: string): string {
  if (known.pieces.size === 0) return text;
  return text
    .split('…')
    .map((part) => withoutHead(withoutTail(part, known, mask), known, mask))
    .join('…');
}

interface Bare {
  readonly text: string;
  readonly places: Int32Array;
}

/** Longer than any form that may be cut, with the signs between its letters. */
const WINDOW = 2_000;
/** Further than this from the edge, signs alone are no disguise. */
const NEAR = 60;

function bareOf(text: string): Bare {
  const { codes, places, length } = skeletonOf({ text });
  return {
    text: String.fromCharCode(...codes.subarray(0, length)),
    places: places.slice(0, length),
  };
}

/** The first look, at a few characters: it spares nearly every text the rest. */
function mayBeCut(text: string, from: number, step: 1 | -1, known: Known): boolean {
  let seen = '';
  for (let at = from, left = NEAR; left > 0 && seen.length < EDGE; at += step, left -= 1) {
    const char = text[at];
    if (char === undefined) break;
    if (isKept(char.charCodeAt(0))) seen = step === 1 ? seen + char : char + seen;
  }
  return known.pieces.has(seen);
}

function withoutTail(text: string, known: Known, mask: string): string {
  if (!mayBeCut(text, text.length - 1, -1, known)) return text;
  const offset = Math.max(0, text.length - WINDOW);
  const { text: bare, places } = bareOf(text.slice(offset));
  let longest = 0;
  for (const form of known.breakable)
    for (let length = Math.min(form.length - 1, bare.length); length > longest; length -= 1)
      if (length >= EDGE && bare.endsWith(form.slice(0, length))) longest = length;
  if (longest === 0) return text;
  const from = offset + (places[bare.length - longest] ?? 0);
  return text.length - from < PIECE ? text : text.slice(0, from) + mask;
}

function withoutHead(text: string, known: Known, mask: string): string {
  if (!mayBeCut(text, 0, 1, known)) return text;
  const { text: bare, places } = bareOf(text.slice(0, WINDOW));
  let longest = 0;
  for (const form of known.breakable)
    for (let length = Math.min(form.length - 1, bare.length); length > longest; length -= 1)
      if (length >= EDGE && bare.startsWith(form.slice(-length))) longest = length;
  if (longest === 0) return text;
  const to = (places[longest - 1] ?? 0) + 1;
  return to < PIECE ? text : mask + text.slice(to);
}
