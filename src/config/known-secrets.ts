import type { Config } from './schema/config.ts';

/** Keys whose value is a secret wherever they stand, and all below: `botToken`, `webhook.secret`, `GITHUB_TOKEN`, `passwords.mail`. */
const SECRET_KEY = /(?:token|secret|password|passwd|passphrase|credential)s?$/i;
/** `apiKey`, `SIGNING_KEY`, `private-key`, `key`; not `monkey`. */
const KEY = /(?:^|[_-])keys?$|(?:api|access|private|secret|signing)keys?$/i;
const CAMEL_KEY = /[a-z0-9]Keys?$/;
const PUBLIC = /public[_-]?keys?$/i;

export const isSecretKey = (key: string): boolean =>
  SECRET_KEY.test(key) || ((KEY.test(key) || CAMEL_KEY.test(key)) && !PUBLIC.test(key));

/** Values that must never be seen: what came from the environment, what stands under a telling key, and `more`. */
export function knownSecrets(
  config: Config,
  environment: Iterable<string>,
  ...more: readonly string[]
): ReadonlySet<string> {
  return knownValues(config, environment, ...more);
}

/** The same of a configuration as it is written, whatever is wrong with it. */
export const knownValues = (
  config: unknown,
  environment: Iterable<string>,
  ...more: readonly string[]
): ReadonlySet<string> =>
  new Set([...[...environment].filter(isTelling), ...underSecretKeys(config, false), ...more]);

/** Folders and bare addresses come from the environment too, and masking them would make every message unreadable. */
const isTelling = (value: string): boolean =>
  !isPath(value) &&
  !/^https?:\/\/[^\s/@]+\/?$/i.test(value) &&
  !/^(?:localhost|127\.0\.0\.1|0\.0\.0\.0)$/.test(value);

/** A random value may begin with a slash, too: base64 has it as a digit. */
const isPath = (value: string): boolean =>
  /^\/[^\s:@+=]*$/.test(value) && !value.split('/').some(isRandom);

const isRandom = (word: string): boolean =>
  word.length >= 8 && [/[a-z]/, /[A-Z]/, /\d/].every((kind) => kind.test(word));

function underSecretKeys(value: unknown, isSecret: boolean): readonly string[] {
  if (typeof value === 'string') return isSecret ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((item) => underSecretKeys(item, isSecret));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, child]) =>
    underSecretKeys(child, isSecret || isSecretKey(name)),
  );
}
