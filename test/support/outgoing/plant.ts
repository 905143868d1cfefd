/** Puts a secret into every text that comes from outside, wherever it stands in a view, an event or a payload. */

/** What people and agents don't write: ids, states and the like. Everything else is planted, so a new field is too. */
const CLOSED = new Set(
  `id session parent key kind status turn stage state via subject type sha headSha mergeSha pr platform channel thread threadId
  message cause where style role permissions reaction request steer conclusion mergeability decision level action actions issue
  project day days timezone by-kind code ref format proof forge source plan waitsFor priority merge rung approvals`.split(
    /\s+/,
  ),
);
/** Their `from` and `to` are states. */
const BETWEEN_STATES = new Set<unknown>(['session.status', 'pr.mergeability']);
const SUBJECT = /^(?:slack|discord|web|system):/;

/** A copy in which every open text ends with `seed`; addresses have it in their query. */
export function plant<T>(value: T, seed: string): T {
  return planted(value, seed, '') as T;
}

function planted(value: unknown, seed: string, key: string): unknown {
  if (typeof value === 'string') return CLOSED.has(key) ? value : textWith(value, seed);
  if (Array.isArray(value)) return value.map((item) => planted(item, seed, key));
  if (value === null || typeof value !== 'object') return value;
  const states = 'type' in value && BETWEEN_STATES.has(value.type);
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      states && (name === 'from' || name === 'to') ? item : planted(item, seed, name),
    ]),
  );
}

function textWith(text: string, seed: string): string {
  if (SUBJECT.test(text)) return text;
  return /^https?:\/\//.test(text) ? `${text}?q=${encodeURIComponent(seed)}` : `${text} ${seed}`;
}
