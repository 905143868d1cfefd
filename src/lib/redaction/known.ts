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

/** Forms by their first four codes, with a table before the map: most places of a text are done with one look at it. */
function createIndex(): Index {
  const seen = new Uint8Array(1 << 16);
  const byKey = new Map<number, Form[]>();
  return {
    add(form, of) {
      const codes = Uint16Array.from(form, (char) => char.charCodeAt(0));
      const key = codes.subarray(0, FIRST).reduce(keyWith, 0);
      const known = byKey.get(key) ?? [];
      const same = bare(of) === form;
      known.push({
        codes,
        lead: same ? (/^[^A-Za-z0-9\s]*/.exec(of)?.[0] ?? '') : '',
        trail: same ? (/[^A-Za-z0-9\s]*$/.exec(of)?.[0] ?? '') : '',
      });
      byKey.set(
        key,
        known.toSorted((a, b) => b.codes.length - a.codes.length),
      );
      seen[slot(key)] = 1;
    },
    find(reading) {
      if (byKey.size === 0) return [];
      const skeleton = skeletonOf(reading);
      const { codes, length } = skeleton;
      const spans: Span[] = [];
      let key = 0;
      for (let at = 0; at < length; at += 1) {
        key = (key << 8) | ((codes[at] as number) & 0xff);
        if (seen[Math.imul(key, SPREAD) >>> 16] === 1 && at >= FIRST - 1)
          addFound(spans, reading, skeleton, at - FIRST + 1, byKey.get(key));
      }
      return spans;
    },
  };
}

/** The last four codes, a byte of each. */
const FIRST = 4;
const keyWith = (key: number, code: number): number => (key << 8) | (code & 0xff);
const SPREAD = 0x9e3779b1;
const slot = (key: number): number => Math.imul(key, SPREAD) >>> 16;

function addFound(
  spans: Span[],
  reading: Reading,
  skeleton: Skeleton,
  from: number,
  forms: readonly Form[] = [],
): void {
  const form = forms.find((candidate) => stands(candidate, skeleton, from));
  if (form !== undefined) spans.push(spanWith(reading, skeleton, from, form));
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
