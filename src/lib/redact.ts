const MASK = '[redacted]';
/** Shorter values are words that occur everywhere; masking them would hide the text, not the secret. */
const SHORTEST = 6;

/** Tokens of well-known services, by their published shapes. */
const PATTERNS = [
  /\bgh[pousr]_[A-Za-z0-9]{36,}\b/g,
  /\bgithub_pat_[A-Za-z0-9_]{40,}\b/g,
  /\bxox[abeoprs]-[A-Za-z0-9-]{10,}\b/g,
  /\bxapp-[A-Za-z0-9-]{10,}\b/g,
  /\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{20,}\b/g,
  /\bAKIA[0-9A-Z]{16}\b/g,
  /\bAIza[0-9A-Za-z_-]{35}\b/g,
  /\bglpat-[A-Za-z0-9_-]{20,}\b/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
];

/** Forms in which a secret leaks: as it is, in a URL, in base64 (also as the password of `user:secret`, which shifts it). */
function formsOf(secret: string): readonly string[] {
  const base64 = [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), Buffer.from(secret)]).toString('base64');
    // The first and last characters depend on the neighbours of the secret.
    return encoded.slice(shift === 0 ? 0 : 4, -4);
  });
  return [secret, encodeURIComponent(secret), ...base64.filter((form) => form.length >= 8)];
}

/** Masks secrets in text: known ones by value in every form they leak in, others by their pattern. */
export function createRedact(secrets: Iterable<string>): (text: string) => string {
  const forms = [...new Set([...secrets].filter((secret) => secret.length >= SHORTEST).flatMap(formsOf))].toSorted((a, b) => b.length - a.length);
  return (text) => {
    const byValue = forms.reduce((clean, form) => (clean.includes(form) ? clean.replaceAll(form, MASK) : clean), text);
    return PATTERNS.reduce((clean, pattern) => clean.replaceAll(pattern, MASK), byValue);
  };
}

/** Every string in a plain JSON value. */
export function redactDeep<T>(value: T, redact: (text: string) => string): T {
  if (typeof value === 'string') return redact(value) as T;
  if (Array.isArray(value)) return value.map((item) => redactDeep(item, redact)) as T;
  if (value !== null && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redactDeep(item, redact)])) as T;
  return value;
}
