import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { runInTest } from '../../test/support/cli-run.ts';
import { sessionView } from '../../test/support/session-view.ts';
import { tempDir } from '../../test/support/temp-dir.ts';

const CONFIG = `# our projects
projects:
  # the first
  app:
    path: ./app
limits: { maxSessions: 3 } # enough
`;

/** A data directory with an ao.yaml and two repositories beside it; no bot runs. */
function world() {
  const dataDir = tempDir();
  for (const name of ['app', 'My Api']) {
    mkdirSync(path.join(dataDir, name));
    execFileSync('git', ['init', '--quiet', path.join(dataDir, name)]);
  }
  const file = path.join(dataDir, 'ao.yaml');
  writeFileSync(file, CONFIG);
  return { dataDir, config: () => readFileSync(file, 'utf8') };
}

test('a folder is added, and comments and order of the rest stay', async () => {
  const { dataDir, config } = world();
  const run = await runInTest(
    ['projects', 'add', './My Api', '--agent', 'command', '--prefix', 'api'],
    { dataDir },
  );
  expect(run.err).toBe('');
  expect(run.out).toContain('my-api is in ');
  expect(config()).toBe(
    CONFIG.replace(
      '    path: ./app\n',
      `    path: ./app\n  my-api:\n    path: ${path.join(dataDir, 'My Api')}\n    agent: command\n    sessionPrefix: api\n`,
    ),
  );
});

test('an address is added as it is', async () => {
  const { dataDir, config } = world();
  expect(
    (await runInTest(['projects', 'add', 'https://git.example.org/acme/shop.git'], { dataDir }))
      .code,
  ).toBe(0);
  expect(config()).toContain('  shop:\n    path: https://git.example.org/acme/shop.git\n');
});

test.each([
  ['an id that is taken', ['app'], 'has a project app already'],
  [
    'an agent that does not exist',
    ['./My Api', '--agent', 'nobody'],
    'the configuration has an error',
  ],
  ['a folder that is no repository', ['.'], 'is not a git repository'],
])('%s changes nothing', async (_what, args, message) => {
  const { dataDir, config } = world();
  const run = await runInTest(['projects', 'add', ...args], { dataDir });
  expect(run.code).not.toBe(0);
  expect(run.err).toContain(message);
  expect(config()).toBe(CONFIG);
});

test('a project is taken out, unless its sessions live', async () => {
  const { dataDir, config } = world();
  const offline = [sessionView({ project: 'app', endedAt: null })];
  const refused = await runInTest(['projects', 'remove', 'app'], { dataDir, offline });
  expect(refused.err).toContain('a session of app still live');
  expect(config()).toBe(CONFIG);
  expect((await runInTest(['projects', 'remove', 'ap'], { dataDir })).err).toContain(
    'has no project ap',
  );
  expect((await runInTest(['projects', 'remove', 'app'], { dataDir })).code).toBe(0);
  expect(config()).toContain('# our projects');
  expect(config()).not.toContain('./app');
});
