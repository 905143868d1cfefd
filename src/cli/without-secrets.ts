/** A copy in which every text that contains a value from the environment, and every token, secret or password, is starred out. */
export function withoutSecrets(value: unknown, secrets: ReadonlySet<string>, key = ''): unknown {
  if (typeof value === 'string') {
    if (/token|secret|password|apikey/i.test(key)) return '***';
    return [...secrets].reduce(
      (text, secret) => (secret.length < 4 ? text : text.replaceAll(secret, '***')),
      value,
    );
  }
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, secrets, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, child]) => [name, withoutSecrets(child, secrets, name)]),
  );
}
