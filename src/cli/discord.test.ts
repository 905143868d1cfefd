import { execFileSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { builtInPlugins } from '../../plugins/index.ts';
import { startFakeDiscord } from '../../test/fakes/discord/fake-discord.ts';
import { runInTest } from '../../test/support/cli-run.ts';
import { tempDir } from '../../test/support/temp-dir.ts';
import { typedCommands } from '../chat/grammar/typed-commands.ts';

const git = (cwd: string, ...args: readonly string[]): string =>
  execFileSync('git', args, { cwd, encoding: 'utf8' });

const discord = async () => {
  const fake = await startFakeDiscord();
  onTestFinished(async () => {
    await fake.close();
    expect(fake.problems).toEqual([]);
  });
  const dataDir = tempDir();
  writeFileSync(path.join(dataDir, 'ao.yaml'), '# ours\nprojects:\n  app: { path: . }\n');
  writeFileSync(path.join(dataDir, '.env'), 'OTHER=1\nDISCORD_TOKEN=old\n');
  const env = { DISCORD_TOKEN: fake.token, DISCORD_API_URL: fake.api };
  return {
    fake,
    dataDir,
    run: (argv: readonly string[], more = {}) =>
      runInTest(argv, {
        dataDir,
        env: { ...env, ...more },
        bot: { plugins: builtInPlugins, chatCommands: typedCommands },
      }),
  };
};

const INVITE = 'scope=bot+applications.commands&permissions=';
/** View, send, create threads, send in threads, manage threads, embed, attach, history, reactions: nothing else. */
const BITS = String(
  (1n << 10n) |
    (1n << 11n) |
    (1n << 35n) |
    (1n << 38n) |
    (1n << 34n) |
    (1n << 14n) |
    (1n << 15n) |
    (1n << 16n) |
    (1n << 6n),
);

test('ao init discord verifies and writes', async () => {
  const { run, dataDir, fake } = await discord();
  const { code, out, err } = await run([
    'init',
    'discord',
    '--yes',
    '--guild',
    fake.guildId,
    '--channel',
    fake.text.id,
  ]);
  expect(err).toBe('');
  expect(code).toBe(0);
  expect(out).toContain(`client_id=${fake.bot.id}&${INVITE}${BITS}`);
  expect(out).toContain('ao has all permissions in #agents.');
  expect(out).not.toContain(fake.token);
  expect(readFileSync(path.join(dataDir, '.env'), 'utf8')).toBe(
    `OTHER=1\nDISCORD_TOKEN=${fake.token}\n`,
  );
  expect(statSync(path.join(dataDir, '.env')).mode & 0o777).toBe(0o600);
  const yaml = readFileSync(path.join(dataDir, 'ao.yaml'), 'utf8');
  expect(yaml).toContain('# ours');
  expect(parse(yaml)).toMatchObject({
    chat: { discord: { token: '${DISCORD_TOKEN}', guilds: [fake.guildId], channel: fake.text.id } },
  });
  expect((await run(['config', 'check', '--config', path.join(dataDir, 'ao.yaml')])).code).toBe(0);
});

test('ao init discord makes whoever sets it up an admin', async () => {
  const { run, dataDir, fake } = await discord();
  const own = [
    'init',
    'discord',
    '--yes',
    '--guild',
    fake.guildId,
    '--channel',
    fake.text.id,
    '--user',
  ];
  expect((await run([...own, fake.newId()])).err).toContain('There is nobody with the id');
  expect((await run([...own, fake.people.dana.id])).out).toContain(
    `dana (discord:${fake.guildId}:${fake.people.dana.id}) is an admin of ao.`,
  );
  expect(parse(readFileSync(path.join(dataDir, 'ao.yaml'), 'utf8'))).toMatchObject({
    access: { users: { [`discord:${fake.guildId}:${fake.people.dana.id}`]: ['admin'] } },
  });
});

test('ao init discord recognises a forum', async () => {
  const { run, dataDir, fake } = await discord();
  expect(
    (await run(['init', 'discord', '--yes', '--guild', fake.guildId, '--channel', fake.forum.id]))
      .err,
  ).toBe('');
  expect(parse(readFileSync(path.join(dataDir, 'ao.yaml'), 'utf8'))).toMatchObject({
    chat: { discord: { layout: 'forum' } },
  });
});

test('ao init discord says what is wrong and where to click', async () => {
  const { run, fake, dataDir } = await discord();
  const elsewhere = await run([
    'init',
    'discord',
    '--yes',
    '--guild',
    fake.newId(),
    '--channel',
    fake.text.id,
  ]);
  expect(elsewhere.code).toBe(1);
  expect(elsewhere.err).toContain(INVITE);
  expect(
    (await run(['init', 'discord', '--yes', '--guild', fake.guildId], { DISCORD_TOKEN: 'wrong' }))
      .err,
  ).toContain('Reset Token');
  fake.settings.botRole = String(1n << 10n);
  expect(
    (await run(['init', 'discord', '--yes', '--guild', fake.guildId, '--channel', fake.text.id]))
      .err,
  ).toContain('ao lacks: Send Messages');
  expect(readFileSync(path.join(dataDir, '.env'), 'utf8')).toContain('DISCORD_TOKEN=old');
  fake.settings.botRole = BITS;
  fake.settings.messageContent = false;
  const blind = await run([
    'init',
    'discord',
    '--yes',
    '--guild',
    fake.guildId,
    '--channel',
    fake.text.id,
  ]);
  expect(blind.code).toBe(0);
  expect(blind.out).toContain('Privileged Gateway Intents > Message Content Intent');
});

test('ao init discord says before its first question that there is nothing to join, or that git has the token', async () => {
  const { run, dataDir } = await discord();
  // Without DISCORD_TOKEN the next thing would be a question, and nobody answers one here.
  const asked = { DISCORD_TOKEN: '' };
  const nothing = await run(['init', 'discord', '--yes', '--path', tempDir()], asked);
  expect(nothing.err).toContain('Make it first: ao init');
  git(dataDir, 'init', '--quiet');
  git(dataDir, 'add', '--force', '.env');
  const tracked = await run(['init', 'discord', '--yes'], asked);
  expect(tracked.err).toContain('git rm --cached .env');
  expect(readFileSync(path.join(dataDir, '.env'), 'utf8')).toContain('DISCORD_TOKEN=old');
});

test('ao init discord keeps .env out of git', async () => {
  const { run, dataDir, fake } = await discord();
  git(dataDir, 'init', '--quiet');
  const ignore = path.join(dataDir, '.gitignore');
  writeFileSync(ignore, 'node_modules');
  const own = ['init', 'discord', '--yes', '--guild', fake.guildId, '--channel', fake.text.id];
  expect((await run(own)).err).toBe('');
  expect(readFileSync(ignore, 'utf8')).toBe('node_modules\n.env\n');
  expect(git(dataDir, 'status', '--porcelain', '--untracked-files=all')).not.toContain('.env');
});

test('ao discord register registers once', async () => {
  const { run, fake } = await discord();
  const config = [
    'projects: { app: { path: . } }',
    `chat: { discord: { token: ${fake.token}, guilds: ["${fake.guildId}"], apiUrl: "${fake.api}" } }`,
  ].join('\n');
  const file = path.join(tempDir(), 'ao.yaml');
  writeFileSync(file, config);
  const first = await run(['discord', 'register', '--config', file]);
  expect(first.err).toBe('');
  expect(first.out).toContain('are registered');
  expect((await run(['discord', 'register', '--config', file])).out).toContain('up to date');
  expect(fake.commands().map((command) => command.name)).toEqual(['ao', 'Spawn from this message']);
  expect((fake.commands()[0]?.options as unknown[] | undefined)?.length).toBeLessThanOrEqual(25);
});
