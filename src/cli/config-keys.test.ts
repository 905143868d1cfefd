import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type CliRun, runInTest } from '../../test/support/cli-run.ts';
import { tempDir } from '../../test/support/temp-dir.ts';

const CONFIG = `# our projects
port: 3000 # the usual
projects:
  app:
    path: . # here
    merge: { method: squash }
`;

function world(text = CONFIG, name = 'ao.yaml') {
  const dataDir = tempDir();
  const file = path.join(dataDir, name);
  writeFileSync(file, text);
  return {
    run: (...words: readonly string[]): Promise<CliRun> =>
      runInTest(['config', ...words], { dataDir }),
    text: () => readFileSync(file, 'utf8'),
  };
}

test.each([
  ['port', '4000', CONFIG.replace('3000', '4000'), /next start/],
  [
    'projects.app.merge.method',
    'rebase',
    CONFIG.replace('squash', 'rebase'),
    /takes it over by itself/,
  ],
  ['limits.maxSessions', '5', `${CONFIG}limits:\n  maxSessions: 5\n`, /takes it over by itself/],
  [
    'projects.app.postCreate',
    '[npm ci]',
    CONFIG.replace('squash }\n', 'squash }\n    postCreate:\n      - npm ci\n'),
    /next start/,
  ],
  [
    'projects.app.postCreate[0]',
    '#odd',
    CONFIG.replace('squash }\n', 'squash }\n    postCreate:\n      - "#odd"\n'),
    /next start/,
  ],
])('config set %s %s keeps everything else', async (key, value, expected, counts) => {
  const { run, text } = world();
  const done = await run('set', key, value);
  expect(done.err).toBe('');
  expect(text()).toBe(expected);
  expect(done.out).toMatch(counts);
});

test('config set --unset takes a key out, and what became empty with it', async () => {
  const { run, text } = world();
  expect((await run('set', 'projects.app.merge.method', '--unset')).err).toBe('');
  expect(text()).toBe(CONFIG.replace('    merge: { method: squash }\n', ''));
});

test.each([
  [['set', 'port', 'high'], 4, 'expected a number'],
  [['set', 'projects.app.mergee.method', 'rebase'], 4, 'Did you mean merge?'],
  [['set', 'port'], 2, 'give a value, or --unset'],
  [['set', 'projects..app', '1'], 2, "isn't a key"],
  [['set', 'limits.maxSessions', '--unset'], 1, "isn't in the file"],
  [['get', 'projects.app.agnt'], 1, 'Did you mean agent?'],
  [['get', 'projects.app.agent'], 1, "isn't set"],
])('config %j changes nothing and says why', async (words, code, message) => {
  const { run, text } = world();
  const done = await run(...words);
  expect(done.code).toBe(code);
  expect(done.err).toContain(message);
  expect(text()).toBe(CONFIG);
});

test('config get reads what is in force, defaults too', async () => {
  const { run } = world();
  expect((await run('get', 'projects.app.merge.method')).out).toBe('squash');
  expect((await run('get', 'lifecycle.resume')).out).toBe('auto');
  expect((await run('get', 'projects.app.merge', '--json')).out).toContain('"approvers": 1');
});

test('config keys, also as config-help, lists keys with what they mean', async () => {
  const { run } = world();
  const { out } = await run('keys', 'approvers');
  expect(out).toContain('projects.<id>.merge.approvers');
  expect(out).toContain('Distinct people who must approve the merge');
  expect(out).not.toContain('quietHours');
  expect(await runInTest(['config-help', 'approvers'], { dataDir: tempDir() })).toMatchObject({
    out,
  });
});

test("a peer's file stays one while it is changed", async () => {
  const { run, text } = world('# mine\nport: 3000\nunheard_of: 1\n', 'ao-rs.yaml');
  expect((await run('set', 'port', '4000')).err).toBe('');
  expect(text()).toBe('# mine\nport: 4000\nunheard_of: 1\n');
});
