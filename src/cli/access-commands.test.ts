import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ADMIN, fakeHttp } from '../../test/fakes/fake-http-deps.ts';
import { runInTest } from '../../test/support/cli-run.ts';
import { NOW } from '../../test/support/session-view.ts';
import { tempDir } from '../../test/support/temp-dir.ts';
import { appendAudit } from '../db/audit-store.ts';
import { MIGRATIONS } from '../db/memory-harness.ts';
import { openDatabase } from '../db/open.ts';

const HOUR = 3_600_000;

/** A data directory as a stopped bot leaves it. */
function stopped(): {
  dataDir: string;
  run(...argv: string[]): ReturnType<typeof runInTest>;
  tamper(sql: string): void;
} {
  const dataDir = tempDir();
  const db = openDatabase(join(dataDir, 'ao.db'), MIGRATIONS);
  const row = {
    subject: 'slack:T1:U1',
    via: 'slack',
    action: 'kill',
    session: 'app-1',
    detail: 'wrong issue',
    allowed: true,
  };
  appendAudit(db, { ...row, at: NOW - 48 * HOUR });
  appendAudit(db, {
    ...row,
    at: NOW - HOUR,
    action: 'merge',
    detail: "You can't merge here.",
    allowed: false,
  });
  appendAudit(db, { ...row, at: NOW - 60_000, subject: 'discord:1:2', session: 'app-2' });
  db.$client.close();
  return {
    dataDir,
    run: (...argv) => runInTest(argv, { dataDir }),
    tamper(sql) {
      const again = openDatabase(join(dataDir, 'ao.db'), MIGRATIONS);
      again.$client.exec(sql);
      again.$client.close();
    },
  };
}

test('ao audit reads the database of a bot that is down', async () => {
  const { run } = stopped();
  const { code, out } = await run('audit');
  expect(code).toBe(0);
  expect(out.split('\n')).toHaveLength(4);
  expect(out).toContain('refused  merge');
  expect(out).toContain("You can't merge here.");
});

test.each([
  [['--session', 'app-2'], [3]],
  [
    ['--person', 'slack:T1:U1'],
    [1, 2],
  ],
  [['--verb', 'merge'], [2]],
  [
    ['--since', '2h'],
    [2, 3],
  ],
  [['--since', '7d', '--until', '1d'], [1]],
  [['--refused'], [2]],
  [['--limit', '1'], [3]],
  [['--verb', 'none'], []],
])('ao audit %j', async (flags, ids) => {
  const { out } = await stopped().run('audit', '--json', ...flags);
  expect((JSON.parse(out) as Array<{ id: number }>).map((row) => row.id)).toEqual(ids);
});

test('ao audit verify: in order, then a byte was changed', async () => {
  const world = stopped();
  const fine = await world.run('audit', 'verify');
  expect(fine.out).toMatch(/^3 rows, all in order\. Last hash: [0-9a-f]{64}$/);
  world.tamper("UPDATE audit SET detail = 'wrong issuf' WHERE id = 1");
  const broken = await world.run('audit', 'verify');
  expect([broken.code, broken.err]).toEqual([
    1,
    expect.stringContaining('row 1 of the audit log does not fit'),
  ]);
  const json = await world.run('audit', 'verify', '--json');
  expect(JSON.parse(json.out)).toMatchObject({ broken: { row: 1 } });
});

test('what makes no sense is told', async () => {
  const { run } = stopped();
  expect((await run('audit', '--since', 'soon')).err).toContain('"soon" isn\'t a time');
  expect((await run('audit', '--limit', '0')).err).toContain('--limit needs a number of rows');
  expect((await runInTest(['audit'], { dataDir: tempDir() })).err).toContain(
    'there is no database',
  );
});

test.each([
  [['link'], 'Linked to no login.'],
  [['link', 'octocat'], 'ao-link-0123456789abcdef'],
  [['link', '--done', '42'], '@octocat'],
  [['link', 'octocat', '--for', 'slack:T1:U1'], 'slack:T1:U1'],
  [['link', '--list'], '@octocat'],
  [['unlink'], 'You are no longer linked to a login.'],
])('ao %j', async (argv, words) => {
  const { createHttp } = await import('../http/create-http.ts');
  const { listen } = await import('../http/listen.ts');
  const server = await listen(createHttp(fakeHttp().deps).app, { port: 0, host: '127.0.0.1' });
  try {
    const run = await runInTest(argv, {
      dataDir: tempDir(),
      env: { AO_URL: `http://127.0.0.1:${server.port}`, AO_TOKEN: ADMIN },
    });
    expect(run.out + run.err).toContain(words);
  } finally {
    await server.close();
  }
});
