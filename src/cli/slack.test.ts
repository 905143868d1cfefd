import { execFileSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { builtInPlugins } from '../../plugins/index.ts';
import { APP_TOKEN, BOT_TOKEN, startFakeSlack } from '../../test/fakes/slack/fake-slack.ts';
import { runInTest } from '../../test/support/cli-run.ts';
import { tempDir } from '../../test/support/temp-dir.ts';

const git = (cwd: string, ...args: readonly string[]): string =>
  execFileSync('git', args, { cwd, encoding: 'utf8' });

const slack = async () => {
  const fake = await startFakeSlack();
  onTestFinished(() => fake.close());
  const dataDir = tempDir();
  writeFileSync(path.join(dataDir, 'ao.yaml'), '# ours\nprojects:\n  app: { path: . }\n');
  writeFileSync(path.join(dataDir, '.env'), 'OTHER=1\nSLACK_BOT_TOKEN=old\n');
  const env = {
    SLACK_BOT_TOKEN: BOT_TOKEN,
    SLACK_APP_TOKEN: APP_TOKEN,
    SLACK_API_URL: fake.apiUrl,
  };
  return {
    fake,
    dataDir,
    run: (argv: readonly string[], more = {}) =>
      runInTest(argv, { dataDir, env: { ...env, ...more }, bot: { plugins: builtInPlugins } }),
  };
};

test('ao slack manifest prints what creates the app', async () => {
  const { run } = await slack();
  expect(parse((await run(['slack', 'manifest', '--agent'])).out)).toMatchObject({
    features: { agent_view: {} },
  });
  expect((await run(['slack', 'manifest'])).out).not.toMatch(/^ +agent_view/m);
  expect(parse((await run(['slack', 'manifest'])).out)).toMatchObject({
    display_information: { name: 'ao' },
    settings: { socket_mode_enabled: true },
  });
});

test('ao init slack verifies and writes', async () => {
  const { run, dataDir } = await slack();
  const { code, out, err } = await run(['init', 'slack', '--yes', '--channel', 'C0DEV000']);
  expect(err).toBe('');
  expect(code).toBe(0);
  expect(out).toContain('Channel #dev: ao is a member.');
  expect(out).not.toContain(BOT_TOKEN);
  expect(readFileSync(path.join(dataDir, '.env'), 'utf8')).toBe(
    `OTHER=1\nSLACK_BOT_TOKEN=${BOT_TOKEN}\nSLACK_APP_TOKEN=${APP_TOKEN}\n`,
  );
  expect(statSync(path.join(dataDir, 'ao.yaml')).isFile()).toBe(true);
  const yaml = readFileSync(path.join(dataDir, 'ao.yaml'), 'utf8');
  expect(yaml).toContain('# ours');
  expect(parse(yaml)).toMatchObject({
    chat: { slack: { botToken: '${SLACK_BOT_TOKEN}', channel: 'C0DEV000' } },
  });
  const check = await run(['config', 'check', '--config', path.join(dataDir, 'ao.yaml')]);
  expect(check.code).toBe(0);
});

test('ao init slack makes whoever sets it up an admin, and says when there is nobody', async () => {
  const { run, dataDir } = await slack();
  const nobody = await run([
    'init',
    'slack',
    '--yes',
    '--channel',
    'C0DEV000',
    '--user',
    'U0NOBODY',
  ]);
  expect(nobody.err).toContain('There is nobody with the id U0NOBODY.');
  const { out, code } = await run([
    'init',
    'slack',
    '--yes',
    '--channel',
    'C0DEV000',
    '--user',
    'U0DANA00',
  ]);
  expect(code).toBe(0);
  expect(out).toContain('dana (slack:T024BE7LD:U0DANA00) is an admin of ao.');
  expect(parse(readFileSync(path.join(dataDir, 'ao.yaml'), 'utf8'))).toMatchObject({
    access: { users: { 'slack:T024BE7LD:U0DANA00': ['admin'] } },
  });
  expect((await run(['config', 'check', '--config', path.join(dataDir, 'ao.yaml')])).code).toBe(0);
});

test('ao init slack and ao doctor name what is missing and where to click', async () => {
  const { run, fake, dataDir } = await slack();
  fake.scopes.delete('reactions:write');
  const refused = await run(['init', 'slack', '--yes', '--channel', 'C0NOBOT0']);
  expect(refused.code).toBe(1);
  expect(refused.err).toContain('Scopes missing: reactions:write.');
  expect(refused.err).toContain('App Manifest');
  expect(refused.err).toContain('/invite @ao');
  expect(readFileSync(path.join(dataDir, '.env'), 'utf8')).toContain('SLACK_BOT_TOKEN=old');
  const wrong = await run(['init', 'slack', '--yes'], { SLACK_BOT_TOKEN: 'xoxb-no' });
  expect(wrong.err).toContain('invalid_auth');
  expect((await run(['init', 'slack', '--yes'], { SLACK_APP_TOKEN: 'xapp-no' })).err).toContain(
    'connections:write',
  );

  writeFileSync(
    path.join(dataDir, 'ao.yaml'),
    `projects: { app: { path: . } }\nchat: { slack: { botToken: "${BOT_TOKEN}", appToken: "${APP_TOKEN}", apiUrl: "${fake.apiUrl}" } }\n`,
  );
  const doctor = JSON.parse((await run(['doctor', '--json'])).out) as ReadonlyArray<{
    area: string;
    level: string;
    what: string;
  }>;
  expect(
    doctor
      .filter((finding) => finding.area === 'chat slack' && finding.level === 'error')
      .map((finding) => finding.what),
  ).toEqual(['Scopes missing: reactions:write.']);
});

test('ao init slack says before its first question that there is nothing to join, or that git has the tokens', async () => {
  const { run, dataDir } = await slack();
  const elsewhere = tempDir();
  // Without SLACK_BOT_TOKEN the next thing would be a question, and nobody answers one here.
  const asked = { SLACK_BOT_TOKEN: '' };
  const nothing = await run(['init', 'slack', '--yes', '--path', elsewhere], asked);
  expect(nothing.err).toContain('Make it first: ao init');
  git(dataDir, 'init', '--quiet');
  git(dataDir, 'add', '--force', '.env');
  const tracked = await run(['init', 'slack', '--yes'], asked);
  expect(tracked.err).toContain('git rm --cached .env');
  expect(readFileSync(path.join(dataDir, '.env'), 'utf8')).toContain('SLACK_BOT_TOKEN=old');
});

test('ao init slack keeps .env out of git, and leaves a .gitignore that does so alone', async () => {
  const { run, dataDir } = await slack();
  git(dataDir, 'init', '--quiet');
  const ignore = path.join(dataDir, '.gitignore');
  writeFileSync(ignore, 'node_modules');
  const first = await run(['init', 'slack', '--yes']);
  expect(first.err).toBe('');
  expect(readFileSync(ignore, 'utf8')).toBe('node_modules\n.env\n');
  expect(first.out).toContain(ignore);
  expect(git(dataDir, 'status', '--porcelain', '--untracked-files=all')).not.toContain('.env');
  writeFileSync(ignore, '.e*\n');
  await run(['init', 'slack', '--yes']);
  expect(readFileSync(ignore, 'utf8')).toBe('.e*\n');
});
