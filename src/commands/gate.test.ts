/** The access policy is asked in one place. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { AnyUseCase } from './use-case.ts';
import { useCases } from './use-cases/index.ts';

const src = join(import.meta.dirname, '..');
const sources = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.startsWith('web/page/'),
);

test('only the gate asks it', () => {
  const asking = sources.filter((file) =>
    /\baccess\??\.refusal\(/.test(readFileSync(join(src, file), 'utf8')),
  );
  expect(asking).toEqual(['commands/gate.ts']);
});

test('each use case has its own name, its own route and its own file', () => {
  const all = useCases as readonly AnyUseCase[];
  const routes = all.flatMap(({ http }) =>
    http === undefined ? [] : `${http.method} ${http.path}`,
  );
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  expect(new Set(routes).size).toBe(routes.length);
  expect(sources.filter((file) => /^commands\/use-cases\/(?!index)/.test(file))).toHaveLength(
    all.length,
  );
});
