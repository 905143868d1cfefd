import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { builtInPlugins } from '../../plugins/index.ts';
import { isRecord } from '../lib/is-record.ts';
import { packageRoot } from '../lib/package-root.ts';
import { formatConfigError } from './config-error.ts';
import { loadConfig } from './load-config.ts';
import { configSchema } from './schema/config.ts';
import { allKeys } from './schema-keys.ts';

const example = path.join(packageRoot(), 'ao.example.yaml');

test('ao.example.yaml is valid', async () => {
  const result = await loadConfig({
    path: example,
    searchFrom: '/',
    env: { HOME: '/home/dana' },
    plugins: builtInPlugins,
    trust: { type: 'all' },
  });
  expect(result.ok ? [] : result.error.map(formatConfigError)).toEqual([]);
});

/** Key paths that occur in a value, with `<name>` and `[]` for what is free. */
function used(value: unknown, pattern: readonly string[]): boolean {
  const [head, ...rest] = pattern;
  if (head === undefined) return true;
  if (head === '<name>' || head === '[]')
    return (
      (isRecord(value) || Array.isArray(value)) &&
      Object.values(value).some((child) => used(child, rest))
    );
  return isRecord(value) && head in value && used(value[head], rest);
}

test('ao.example.yaml shows every key', () => {
  const raw: unknown = parse(readFileSync(example, 'utf8'));
  const shared = /^projects\.<name>\.reactions\.<name>\.|^plugins\[\]\.package$/;
  const missing = allKeys(configSchema)
    .filter((key) => key.leaf && !shared.test(key.path))
    .map((key) => key.path);
  expect(missing.filter((key) => !used(raw, key.replaceAll('[]', '.[]').split('.')))).toEqual([]);
});
