import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { builtInPlugins } from '../../plugins/index.ts';
import { namedCommits } from '../../test/fakes/github/commits.ts';
import { startFakeGitLab } from '../../test/fakes/gitlab/server.ts';
import { runInTest } from '../../test/support/cli-run.ts';
import { tempDir } from '../../test/support/temp-dir.ts';

const YAML = '# ours\nprojects:\n  app: { path: ., tracker: { labels: { onSpawn: [busy] } } }\n';

const gitlab = async (yaml = YAML) => {
  const fake = await startFakeGitLab({ commits: namedCommits(), bare: '/nowhere.git' });
  onTestFinished(() => fake.close());
  const dataDir = tempDir();
  writeFileSync(path.join(dataDir, 'ao.yaml'), yaml);
  const env = { GITLAB_TOKEN: 'glpat-test', GITLAB_URL: fake.url, GITLAB_PROJECT: 'acme/app' };
  return {
    fake,
    dataDir,
    read: (name: string) => readFileSync(path.join(dataDir, name), 'utf8'),
    run: (argv: readonly string[], more = {}) =>
      runInTest(argv, { dataDir, env: { ...env, ...more }, bot: { plugins: builtInPlugins } }),
  };
};

test('ao init gitlab verifies the token, writes ao.yaml and .env, and says how to make the webhook', async () => {
  const { run, read, fake, dataDir } = await gitlab(`publicUrl: https://ao.acme.test/\n${YAML}`);
  const { code, out, err } = await run(['init', 'gitlab', '--yes']);
  expect(err).toBe('');
  expect(code).toBe(0);
  expect(out).toContain('Merge requests of acme/app at 127.0.0.1');
  expect(out).toContain(
    'URL: https://ao.acme.test/webhooks/gitlab. Secret token: GITLAB_WEBHOOK_SECRET',
  );
  expect(out).not.toContain('glpat-test');
  const access = { plugin: 'gitlab', token: '${GITLAB_TOKEN}', baseUrl: fake.url };
  expect(parse(read('ao.yaml'))).toMatchObject({
    projects: {
      app: {
        repo: 'acme/app',
        tracker: { ...access, labels: { onSpawn: ['busy'] } },
        scm: { ...access, webhook: { secret: '${GITLAB_WEBHOOK_SECRET}' } },
      },
    },
  });
  expect(read('ao.yaml')).toContain('# ours');
  expect(read('.env')).toMatch(/^GITLAB_TOKEN=glpat-test\nGITLAB_WEBHOOK_SECRET=[0-9a-f]{48}\n$/);
  expect(statSync(path.join(dataDir, '.env')).mode & 0o777).toBe(0o600);
  const secret = /SECRET=(\w+)/.exec(read('.env'))?.[1];
  expect((await run(['init', 'gitlab', '--yes'])).code).toBe(0);
  expect(read('.env')).toContain(`SECRET=${secret}`);
  const check = await run(['config', 'check', '--config', path.join(dataDir, 'ao.yaml')]);
  expect(check.code).toBe(0);
});

test('ao init gitlab writes nothing when the token is refused or lacks a scope', async () => {
  const { run, read, fake } = await gitlab();
  const refused = await run(['init', 'gitlab', '--yes'], { GITLAB_TOKEN: 'other' });
  expect(refused.code).toBe(1);
  expect(refused.err).toMatch(/GitLab is not ready, and nothing was written/);
  fake.world.settings.scopes = ['read_api'];
  const weak = await run(['init', 'gitlab', '--yes']);
  expect(weak.err).toContain('The token has no scope api, only: read_api');
  expect(read('ao.yaml')).toBe(YAML);
});

test('ao init says what is missing', async () => {
  const { run } = await gitlab('projects:\n  a: { path: . }\n  b: { path: . }\n');
  expect((await run(['init', 'gitlab', '--yes'])).err).toContain('Name one: --project ID');
  expect((await run(['init', 'gitlab', '--yes', '--project', 'b'])).code).toBe(0);
  const without = await run(['init', 'gitlab', '--yes', '--project', 'b'], { GITLAB_TOKEN: '' });
  expect(without.err).toContain('GITLAB_TOKEN');
  expect((await run(['init', 'sourceforge'])).err).toContain(
    'It can: ao init slack, ao init discord, ao init gitlab',
  );
});
