import { withoutPieces } from './redaction/edges.ts';
import { encodedIn } from './redaction/encoded.ts';
import { createKnown, type Known } from './redaction/known.ts';
import { tokensIn, tokensInJoined } from './redaction/patterns.ts';
import { asItIs, joined, type Reading, readings, type Span, spanOf } from './redaction/reading.ts';

const MASK = '[redacted]';
/** Shorter values are words that occur everywhere; masking them would hide the text, not the secret. */
const SHORTEST = 6;

export type Redact = (text: string) => string;

/** A redactor that is told of secrets that come into being later: sessions' tokens, a configuration that was read again. */
export interface Redactor {
  readonly redact: Redact;
  /** Takes effect at once, for everything that shares this redactor. */
  learn(secrets: Iterable<string>): void;
}

/**
 * Masks secrets in text: known ones by value, others by the shape of their token. Both are looked for in what the text reads
 * like once escapes, entities, encodings, colours and invisible characters are taken away and broken lines put together; what
 * is masked is the original.
 */
export function createRedactor(secrets: Iterable<string>): Redactor {
  const known = createKnown();
  const remembered = remembering((text) => withoutSecrets(text, known));
  const learn = (more: Iterable<string>): void => {
    let news = false;
    for (const secret of more) if (secret.length >= SHORTEST && known.learn(secret)) news = true;
    if (news) remembered.forget();
  };
  learn(secrets);
  return { redact: remembered.redact, learn };
}

export const createRedact = (secrets: Iterable<string>): Redact => createRedactor(secrets).redact;

function withoutSecrets(text: string, known: Known): string {
  const layers = readings(text);
  const shown = masked(text, spansIn(layers, known));
  const whole = masked(shown, acrossLines(shown === text ? layers : readings(shown), known));
  const encoded = encodedIn(whole, (decoded) => holdsSecrets(decoded, known));
  return withoutPieces(masked(whole, encoded), known, MASK);
}

function holdsSecrets(text: string, known: Known): boolean {
  const layers = readings(text);
  return spansIn(layers, known).length > 0 || acrossLines(layers, known).length > 0;
}

const placed = (
  reading: Reading,
  found: ReadonlyArray<readonly [from: number, to: number]>,
): readonly Span[] => found.map(([from, to]) => spanOf(reading, from, to));

const spansIn = (layers: readonly Reading[], known: Known): readonly Span[] =>
  layers.flatMap((reading) => [...known.find(reading), ...placed(reading, tokensIn(reading.text))]);

/**
 * After the whole ones are gone: a token at the end of a line must not take the next word with it. Known values are found over
 * breaks without this, because neither breaks nor marks are letters; only the numbers of a listing are in their way.
 */
function acrossLines(layers: readonly Reading[], known: Known): readonly Span[] {
  const worth = (together: string, numbered: boolean): boolean =>
    tokensInJoined(together).length > 0 || (numbered && known.find(asItIs(together)).length > 0);
  // What lies between the outermost and the innermost is hardly ever broken.
  return [...new Set([layers[0], layers.at(-1)])]
    .flatMap((layer) => (layer === undefined ? [] : joined(layer, worth)))
    .flatMap((together) => [
      ...known.find(together),
      ...placed(together, tokensInJoined(together.text)),
    ]);
}

function masked(text: string, spans: readonly Span[]): string {
  if (spans.length === 0) return text;
  let clean = '';
  let at = 0;
  for (const { from, to } of spans.toSorted((a, b) => a.from - b.from || b.to - a.to)) {
    if (to <= at) continue;
    // One that begins within the one before only makes it longer.
    clean += from < at ? '' : text.slice(at, from) + MASK;
    at = to;
  }
  return clean + text.slice(at);
}

const REMEMBERED = 5_000;
const REMEMBERED_LENGTH = 300;

/** Views hold the same short words again and again: branches, names, labels. */
function remembering(redact: Redact): { readonly redact: Redact; forget(): void } {
  const answers = new Map<string, string>();
  return {
    redact(text) {
      if (text.length < SHORTEST) return text;
      if (text.length > REMEMBERED_LENGTH) return redact(text);
      const known = answers.get(text);
      if (known !== undefined) return known;
      if (answers.size >= REMEMBERED) answers.clear();
      const clean = redact(text);
      answers.set(text, clean);
      return clean;
    },
    forget: () => answers.clear(),
  };
}

declare const REDACTED: unique symbol;
/** Made by `redactDeep` alone: what the doors to the outside take (`chat/thread/outbound.ts`, notifiers). */
export type Redacted<T> = T & { readonly [REDACTED]: true };

/** Every string in a value of plain data; anything that isn't plain (an error, a date, bytes) stays as it is. */
export function redactDeep<T>(value: T, redact: Redact): Redacted<T> {
  return cleaned(value, redact) as Redacted<T>;
}

function cleaned(value: unknown, redact: Redact): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((item) => cleaned(item, redact));
  return isPlain(value)
    ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, cleaned(item, redact)]))
    : value;
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
