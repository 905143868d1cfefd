import type { Config } from './schema/config.ts';

/** Keys whose value is a secret wherever they stand: `botToken`, `webhook.secret`, `GITHUB_TOKEN`. */
const SECRET_KEY =
  /(?:token|secret|password|passwd|api_?key|access_?key|private_?key|credentials?)$/i;

export const isSecretKey = (key: string): boolean => SECRET_KEY.test(key);

/** Values that must never be seen: what came from the environment, what stands under a telling key, and `more`. */
export function knownSecrets(
  config: Config,
  environment: Iterable<string>,
  ...more: readonly string[]
): ReadonlySet<string> {
  return new Set([...[...environment].filter(isTelling), ...underSecretKeys(config, ''), ...more]);
}

/** Folders and bare addresses come from the environment too, and masking them would make every message unreadable. */
const isTelling = (value: string): boolean =>
  !/^\/[^\s:@]*$/.test(value) &&
  !/^https?:\/\/[^\s/@]+\/?$/i.test(value) &&
  !/^(?:localhost|127\.0\.0\.1|0\.0\.0\.0)$/.test(value);

function underSecretKeys(value: unknown, key: string): readonly string[] {
  if (typeof value === 'string') return isSecretKey(key) ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((item) => underSecretKeys(item, key));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, child]) => underSecretKeys(child, name));
}
