/** Shortest value that is treated as a secret: shorter ones would blank out ordinary words. */
const SHORTEST = 8;

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

/** Removes secrets from text: known ones by value (also base64 and URL-encoded), others by their pattern. */
export function createRedact(secrets: Iterable<string>): (text: string) => string {
  const values = [...secrets].filter((secret) => secret.length >= SHORTEST).flatMap((secret) => [secret, Buffer.from(secret).toString('base64').replace(/=+$/, ''), encodeURIComponent(secret)]);
  const known = [...new Set(values)].toSorted((a, b) => b.length - a.length);
  return (text) => {
    let clean = text;
    for (const value of known) if (clean.includes(value)) clean = clean.replaceAll(value, '[redacted]');
    for (const pattern of PATTERNS) clean = clean.replaceAll(pattern, '[redacted]');
    return clean;
  };
}
