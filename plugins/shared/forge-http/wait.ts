/** Longest wait taken from an answer, ms; a forge that names more is asked again after it. */
const LONGEST = 3_600_000;
/** Numbers above this are milliseconds since 1970, below it seconds; one that is smaller than the next is seconds from now. */
const MILLISECONDS = 100_000_000_000;
const SINCE_1970 = 1_000_000_000;

/** What is no number must look like a date: `Date.parse` takes almost anything for one. */
const dateOf = (text: string): number | null => {
  const date = /^(?:[a-z]{3},|\d{4}-)/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isFinite(date) ? date : null;
};

const bounded = (wait: number): number => Math.min(LONGEST, Math.max(0, wait));

/** Milliseconds to wait by a `Retry-After`: seconds, also with a fraction, or a date. Null: it says nothing that can be read. */
export function retryAfterMs(value: string | null | undefined, now: number): number | null {
  const text = value?.trim() ?? '';
  if (text === '') return null;
  if (/^\d+(?:\.\d+)?$/.test(text)) return bounded(Number(text) * 1_000);
  const date = dateOf(text);
  return date === null ? null : bounded(date - now);
}

/**
 * When a limit is renewed, as forges write it: seconds or milliseconds since 1970, seconds from now, or a date. Null: it can't
 * be read.
 */
export function momentOf(value: string | null | undefined, now: number): number | null {
  const text = value?.trim() ?? '';
  if (text === '') return null;
  if (/^\d+(?:\.\d+)?$/.test(text)) {
    const number = Number(text);
    if (number >= MILLISECONDS) return number;
    return number >= SINCE_1970 ? number * 1_000 : now + number * 1_000;
  }
  return dateOf(text);
}
