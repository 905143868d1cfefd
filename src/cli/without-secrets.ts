import { isSecretKey, knownSecrets } from '../config/known-secrets.ts';
import type { Config } from '../config/schema/config.ts';
import { createRedact, type Redact } from '../lib/redact.ts';

/** Shorter ones are not what a redactor looks for, but a configuration is short enough to do without them. */
const SHORTEST = 4;

/**
 * A copy in which every token, secret, password or key is starred out, and every text that contains one: a value from the
 * environment, or something of the shape of a token.
 */
export function withoutSecrets(config: Config, environment: ReadonlySet<string>): unknown {
  const redact = createRedact(knownSecrets(config, environment));
  const short = [...environment].filter((value) => value.length >= SHORTEST);
  return starred(config, '', (text) =>
    short
      .reduce((left, value) => left.replaceAll(value, '***'), redact(text))
      .replaceAll('[redacted]', '***'),
  );
}

function starred(value: unknown, key: string, redact: Redact): unknown {
  if (typeof value === 'string')
    return isSecretKey(key) || /token|secret|password|apikey/i.test(key) ? '***' : redact(value);
  if (Array.isArray(value)) return value.map((item) => starred(item, key, redact));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, child]) => [name, starred(child, name, redact)]),
  );
}
