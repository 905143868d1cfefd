/** What leaves: the doors are few and known, and what goes through them carries none of the planted secrets. */
import { globSync, readdirSync, readFileSync } from 'node:fs';
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
  [/\.notify\(/, ['cli/doctor/try-notifiers.ts', 'lifecycle/effects/notify-effect.ts']],
  [/\bpino\(\s*\{|\bpino\(\n/, ['lib/logger.ts']],
  [/\bconsole\.\w+\(/, []],
  [
    /\b(?:c|ctx|context)\.(?:json|body|text|html|redirect)\(|new (?:globalThis\.)?Response\(|Response\.(?:json|redirect)\(/,
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

/** Goes out to the network, or listens there, in whatever form it is written. */
const NETWORK =
  /(?<![\w.'"-])(?:globalThis\.)?fetch(?=\s*[(;,)\]}]|\.bind)(?!\(\s*'\+refs)|\bhttps?\.(?:request|get)\(|\bnet\.(?:connect|createConnection)\(|createTransport\(|new (?:Web)?Socket\(|(?:from|import\(|require\(|BuiltinModule\()\s*['"`](?:undici|ws|axios|got|(?:node:)?(?:https?|http2|net|tls|dgram)|nodemailer)['"`]/;
/** Each file that does, and what it sends there. */
const SENDERS: Readonly<Record<string, string>> = {
  'plugins/agent/codex/launch-plan.ts': 'finds a free port',
  'plugins/agent/opencode/launch-plan.ts': 'finds a free port',
  'plugins/agent/opencode/server.ts': "what people say to the agent, to the agent's own server",
  'plugins/chat/discord/inbound/files.ts': 'asks for a file',
  'plugins/chat/slack/answers.ts': 'answers that are Redacted',
  'plugins/chat/slack/files.ts': 'asks for a file',
  'plugins/notifier/email/index.ts': 'notifications, which are Redacted',
  'plugins/runtime/docker/engine.ts': 'asks the container engine of this machine',
  'plugins/runtime/docker/exec-place.ts': 'a type of a connection',
  'plugins/scm/github/heads.ts': 'a git fetch of that name',
  'plugins/scm/gitlab/heads.ts': 'a git fetch of that name',
  'plugins/shared/forge-http/exchange.ts': 'what is written to a forge, masked by audited-forges',
  'plugins/shared/notifier/address.ts': 'looks at addresses',
  'plugins/shared/notifier/post.ts': 'notifications, which are Redacted',
  'plugins/shared/place/connections.ts': 'a type of a connection',
  'plugins/shared/place/helper/main.ts': "hands an agent's connections on, in its container",
  'plugins/shared/place/tunnel.ts': "hands an agent's connections on to the bot",
  'plugins/workspace/worktree/base.ts': 'a git fetch of that name',
  'src/cli/api.ts': 'what the operator types, to their own bot',
  'src/cli/doctor/address.ts': 'looks whether a port is free',
  'src/cli/gh/run-gh.ts': "asks the bot, with the session's token",
  'src/cli/quick-get.ts': 'asks the bot',
  'src/git/submodules/check-out.ts': 'a git fetch of that name',
  'src/http/listen.ts': "the bot's own door",
};

test('files that use the network say what they send', () => {
  const used = globSync(['src/**/*.ts', 'plugins/**/*.ts'], { cwd: join(root, '..') })
    .filter((file) => !/\.(?:test|bench)\.ts$|-harness\.ts$|^src\/web\/page\//.test(file))
    .filter((file) => NETWORK.test(readFileSync(join(root, '..', file), 'utf8')));
  expect(used.toSorted()).toEqual(Object.keys(SENDERS).toSorted());
});

test.each([
  'await fetch(url)',
  'const send = globalThis.fetch;',
  'call(fetch, url)',
  "import { request } from 'node:https';",
  "const { connect } = await import('net');",
  "process.getBuiltinModule('node:dgram')",
  "import got from 'got';",
])('%s uses the network', (text) => expect(NETWORK.test(text)).toBe(true));

test.each([
  "git(['fetch', 'origin'])",
  'bases.fetch(repo)',
  "import { fetchBranch } from './x.ts';",
])('%s does not', (text) => expect(NETWORK.test(text)).toBe(false));

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
