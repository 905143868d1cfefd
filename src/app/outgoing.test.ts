/** What leaves: the doors are few and known, and what goes through them carries none of the planted secrets. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { core, DISGUISES, leakOf, MARKED, TOKENS } from '../../test/support/seeded-secrets.ts';
import type { Commands } from '../commands/commands.ts';
import { createRedactor } from '../lib/redact.ts';
import { auditedForges } from './audited-forges.ts';
import type { PluginInstances } from './plugin-instances.ts';
import { redactedCommands } from './redacted-commands.ts';

const root = join(import.meta.dirname, '..');
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.ts$/.test(file) && !/\.test\.ts$|^web\/page\//.test(file))
  .map((file) => ({
    file: relative(root, join(root, file)),
    text: readFileSync(join(root, file), 'utf8'),
  }));

/** Each way out, and the only files that may use it: they redact, or what they send is fixed. */
const DOORS: ReadonlyArray<readonly [way: RegExp, files: readonly string[]]> = [
  [/\.(?:postToChannel|openThread)\(\s*(?:\{|\n|payload)/, ['chat/thread/outbound.ts']],
  [/\.notify\(/, ['cli/doctor/plugins.ts', 'lifecycle/effects/notify-effect.ts']],
  [/\bpino\(\s*\{|\bpino\(\n/, ['lib/logger.ts']],
  [/\bconsole\.\w+\(/, []],
  [
    /\bc\.(?:json|body|text|html)\(|new Response\(/,
    [
      'http/create-http.ts',
      'http/endpoint.ts',
      'http/page-files.ts',
      'http/problem.ts',
      // An empty answer to a prefetch, and a fixed sentence.
      'http/routes/sign-in-routes.ts',
    ],
  ],
];

test.each(DOORS)('only known doors use %s', (way, files) => {
  const used = sources.filter(({ text }) => way.test(text)).map(({ file }) => file);
  expect(used.toSorted()).toEqual([...files].toSorted());
});

const known = createRedactor([MARKED]);
const SEEDS = [
  ...Object.values(DISGUISES).map((disguise) => ({ planted: disguise(MARKED), secret: MARKED })),
  ...Object.values(TOKENS).map((token) => ({ planted: token, secret: core(token) })),
];

test('whatever a use case answers, at once or later, granted or refused, has no secret in it', async () => {
  const planted = SEEDS.map((seed) => seed.planted);
  const answer = { ok: true, value: { title: planted, nested: [{ text: planted.join(' | ') }] } };
  const refusal = { ok: false, error: { code: 'AO_STATE', message: planted.join('; ') } };
  const commands = redactedCommands(
    {
      session: () => answer,
      sessions: () => [answer],
      spawn: async () => answer,
      diff: async () => refusal,
      readAudit: () => answer,
      ownLinks: () => [answer],
    } as unknown as Commands,
    known.redact,
  );
  const said = JSON.stringify([
    commands.session({} as never, 'x'),
    commands.sessions({} as never, {}),
    await commands.spawn({} as never, {} as never),
    await commands.diff({} as never, 'x'),
    commands.readAudit({} as never, {} as never),
    commands.ownLinks({} as never),
  ]);
  for (const { secret } of SEEDS) expect(leakOf(said, secret), secret).toBeNull();
});

test('what is written to a forge has no secret in what people read there, and keeps its names', async () => {
  const calls: unknown[] = [];
  const taken = async (...args: readonly unknown[]): Promise<void> => void calls.push(args);
  const rows: string[] = [];
  const plugins = auditedForges(
    {
      scm: () => ({ create: taken, comment: taken, merge: taken, review: taken }),
      tracker: () => ({ comment: taken, create: taken }),
    } as unknown as PluginInstances,
    (row) => void rows.push(known.redact(row.detail)),
    known.redact,
  );
  const words = { title: `T ${MARKED}`, body: `B ${DISGUISES.base64?.(MARKED)}`, text: MARKED };
  await plugins
    .scm('p')
    .create({ session: 's', branch: 'feat/x', base: 'main', draft: false, ...words });
  await plugins.scm('p').comment('1', { key: 'k', inReplyTo: null, ...words });
  await plugins
    .scm('p')
    .merge('1', { sha: 'abc', base: 'main', method: 'squash', by: {} as never, ...words });
  await plugins.tracker('p').create({ labels: ['a'], ...words });
  await plugins.tracker('p').comment('42', `Merged: ${MARKED}`, 'key-of-the-comment');
  expect(leakOf(JSON.stringify([calls, rows]), MARKED)).toBeNull();
  expect(calls.at(-1)).toEqual(['42', 'Merged: [redacted]', 'key-of-the-comment']);
  expect(calls[0]).toMatchObject([{ branch: 'feat/x', base: 'main', title: 'T [redacted]' }]);
});
