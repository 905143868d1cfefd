import { type Forms, formsOf, STRONG } from './forms.ts';
import { joined, type Reading, type Span, spanOf } from './reading.ts';
import { bare, type Skeleton, skeletonOf } from './skeleton.ts';

/** The secrets whose values are known. However many there are, a text is gone through once. */
export interface Known {
  /** False: it was known. */
  learn(secret: string): boolean;
  /** Where they stand in a reading, in places of the original. */
  find(reading: Reading): readonly Span[];
  /** Whether a text could be the head or the tail of one: pieces of `STRONG` letters and digits. */
  readonly pieces: ReadonlySet<string>;
  /** Forms that may be cut. */
  readonly breakable: readonly string[];
}

/** Keys of many lines are looked for as a whole, line by line and by their pattern, not by their pieces. */
const LONGEST_PIECEWISE = 400;
/** At an edge, so many letters and digits are compared first. */
export const EDGE = 6;

interface Form {
  readonly codes: Uint16Array;
  /** What stands before the first letter or digit of the secret and behind its last, to be masked with it. */
  readonly lead: string;
  readonly trail: string;
}

export function createKnown(): Known {
  const secrets = new Set<string>();
  const index = createIndex();
  const whole = new Set<string>();
  const pieces = new Set<string>();
  const breakable = new Set<string>();
  const take = (forms: Forms): void => {
    for (const { form, of } of forms.bare) {
      index.add(form, of);
      if (form.length >= 2 * STRONG && form.length <= LONGEST_PIECEWISE) {
        breakable.add(form);
        for (let at = 0; at + EDGE <= form.length; at += 1) pieces.add(form.slice(at, at + EDGE));
      }
    }
    for (const form of forms.whole) whole.add(form);
  };
  return {
    learn(secret) {
      if (secrets.has(secret)) return false;
      secrets.add(secret);
      take(formsOf(secret));
      return true;
    },
    find(reading) {
      const spans = index.find(reading);
      if (whole.size === 0) return spans;
      return [
        ...spans,
        ...[reading, ...joined(reading, () => true)].flatMap((one) => literally(one, whole)),
      ];
    },
    pieces,
    get breakable() {
      return [...breakable];
    },
  };
}

function literally(reading: Reading, forms: ReadonlySet<string>): readonly Span[] {
  const spans: Span[] = [];
  for (const form of forms)
    for (let at = reading.text.indexOf(form); at !== -1; at = reading.text.indexOf(form, at + 1))
      spans.push(spanOf(reading, at, at + form.length));
  return spans;
}

interface Index {
  /** `of`: what it is a form of, with its signs. */
  add(form: string, of: string): void;
  find(reading: Reading): readonly Span[];
}

const BASE = 16_777_619;
/** `BASE` to the power of the places a rolling hash moves a code through before it falls out. */
const OUT = Array.from({ length: STRONG - 1 }).reduce<number>((power) => Math.imul(power, BASE), 1);

/** The first `STRONG` codes of each form by their rolling hash (Rabin and Karp), with a bit table before the map. */
function createIndex(): Index {
  const seen = new Uint8Array(1 << 16);
  const byHash = new Map<number, Form[]>();
  return {
    add(form, of) {
      const codes = Uint16Array.from(form, (char) => char.charCodeAt(0));
      const hash = hashOf(codes);
      const known = byHash.get(hash) ?? [];
      const same = bare(of) === form;
      known.push({
        codes,
        lead: same ? (/^[^A-Za-z0-9\s]*/.exec(of)?.[0] ?? '') : '',
        trail: same ? (/[^A-Za-z0-9\s]*$/.exec(of)?.[0] ?? '') : '',
      });
      byHash.set(
        hash,
        known.toSorted((a, b) => b.codes.length - a.codes.length),
      );
      seen[slot(hash)] = 1;
    },
    find(reading) {
      if (byHash.size === 0) return [];
      const skeleton = skeletonOf(reading);
      const { codes, length } = skeleton;
      const spans: Span[] = [];
      let hash = 0;
      for (let at = 0; at < length; at += 1) {
        if (at >= STRONG) hash = (hash - Math.imul(codes[at - STRONG] as number, OUT)) | 0;
        hash = (Math.imul(hash, BASE) + (codes[at] as number)) | 0;
        if (seen[slot(hash)] === 0 || at < STRONG - 1) continue;
        const from = at - STRONG + 1;
        const form = byHash.get(hash)?.find((candidate) => stands(candidate, skeleton, from));
        if (form !== undefined) spans.push(spanWith(reading, skeleton, from, form));
      }
      return spans;
    },
  };
}

const slot = (hash: number): number => (hash ^ (hash >>> 16)) & 0xffff;

function hashOf(codes: Uint16Array): number {
  let hash = 0;
  for (let at = 0; at < STRONG; at += 1) hash = (Math.imul(hash, BASE) + (codes[at] ?? 0)) | 0;
  return hash;
}

function stands({ codes }: Form, skeleton: Skeleton, from: number): boolean {
  if (from + codes.length > skeleton.length) return false;
  for (let at = 0; at < codes.length; at += 1)
    if (codes[at] !== skeleton.codes[from + at]) return false;
  return true;
}

/** The signs at the ends of a secret go with it where they stand there as they are. */
function spanWith(reading: Reading, { places }: Skeleton, at: number, form: Form): Span {
  const first = places[at] ?? 0;
  const last = (places[at + form.codes.length - 1] ?? 0) + 1;
  const { text } = reading;
  const from = text.endsWith(form.lead, first) ? first - form.lead.length : first;
  const to = text.startsWith(form.trail, last) ? last + form.trail.length : last;
  return spanOf(reading, from, to);
}
