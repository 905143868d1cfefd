const STARS = '***';
/** Shorter values are words that occur everywhere; starring them out would hide the log, not the secret. */
const SHORTEST = 6;

/** Forms in which a secret leaks: as it is, in a URL, in base64 (also as the password of `user:secret`, which shifts it). */
function formsOf(secret: string): readonly string[] {
  const base64 = [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), Buffer.from(secret)]).toString('base64');
    // The first and last characters depend on the neighbours of the secret.
    return encoded.slice(shift === 0 ? 0 : 4, -4);
  });
  return [secret, encodeURIComponent(secret), ...base64.filter((form) => form.length >= 8)];
}

/** A function that stars out every known secret in a text, by value. */
export function redactor(secrets: Iterable<string>): (text: string) => string {
  const forms = [...new Set([...secrets].filter((secret) => secret.length >= SHORTEST).flatMap(formsOf))].sort((a, b) => b.length - a.length);
  return (text) => forms.reduce((clean, form) => (clean.includes(form) ? clean.replaceAll(form, STARS) : clean), text);
}
