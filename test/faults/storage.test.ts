import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect } from 'vitest';
import { MIGRATIONS } from '../../src/db/memory-harness.ts';
import { openDatabase } from '../../src/db/open.ts';
import { enqueue } from '../../src/db/outbox-store.ts';
import { jobState } from '../../src/db/outbox-view.ts';
import { createOutbox } from '../../src/lifecycle/outbox.ts';
import type { Handler } from '../../src/lifecycle/outbox-parts.ts';
import { AO, botEnv, botWorld } from '../support/bot.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { faultTable } from '../support/fault-table.ts';
import { makeRepo, type TempDir, tempDir } from '../support/tmp.ts';
import { until } from '../support/until.ts';

const { fault, written } = faultTable('Faults of the disk and the database', 'storage');

/** A database, an outbox over it, and a way to make it refuse every write. */
function storage() {
  const folder = tempDir('ao-storage-');
  const db = openDatabase(join(folder.path, 'ao.db'), MIGRATIONS);
  const clock = fakeClock();
  const logged: string[] = [];
  const done: string[] = [];
  const log = (_fields: object, message: string): void => void logged.push(message);
  let during: (() => void) | null = null;
  const handler: Handler = {
    async run(job) {
      done.push(job.key);
      during?.();
      return {};
    },
    failed: (job) => void done.push(`failed ${job.key}`),
  };
  const outbox = createOutbox({
    db,
    clock,
    logger: { debug: log, info: log, warn: log, error: log },
    handlers: { job: handler },
    together: (work) => db.transaction(work),
  });
  return {
    db,
    clock,
    logged,
    done,
    outbox,
    readOnly: (on: boolean) => db.$client.pragma(`query_only = ${on ? 'ON' : 'OFF'}`),
    during(act: () => void) {
      during = act;
    },
    add: (key: string) =>
      enqueue(db, { key, lane: 'lane', session: null, type: 'job', payload: {} }, clock.now()),
    async pass(ms: number) {
      clock.pass(ms);
      for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    },
    async close() {
      await outbox.stop();
      db.$client.close();
      folder.remove();
    },
  };
}

fault(
  'the data directory becomes read-only before an effect',
  'effects wait, this is logged once, and they go on by themselves',
  async () => {
    const world = storage();
    world.outbox.start();
    world.add('a');
    world.add('b');
    world.readOnly(true);
    world.outbox.wake();
    for (let second = 0; second < 5; second += 1) await world.pass(1_000);
    expect(world.done).toEqual([]);
    expect(world.logged).toEqual([
      'effects wait: The data directory can no longer be written. Make it writable again; ao continues by itself then.',
    ]);
    world.readOnly(false);
    for (let second = 0; second < 3; second += 1) await world.pass(1_000);
    await world.outbox.idle();
    expect(world.done).toEqual(['a', 'b']);
    await world.close();
  },
);

fault(
  '… while an effect is carried out',
  'its outcome is kept until it can be saved; the effect is not repeated, what is behind it waits',
  async () => {
    const world = storage();
    world.outbox.start();
    world.during(() => world.readOnly(true));
    world.add('a');
    world.add('b');
    world.outbox.wake();
    for (let second = 0; second < 5; second += 1) await world.pass(1_000);
    expect(world.done).toEqual(['a']);
    world.during(() => {});
    world.readOnly(false);
    for (let second = 0; second < 3; second += 1) await world.pass(1_000);
    await world.outbox.idle();
    expect(world.done).toEqual(['a', 'b']);
    expect([jobState(world.db, 'a'), jobState(world.db, 'b')]).toEqual(['done', 'done']);
    await world.close();
  },
);

const urlOf = (dataDir: string): string =>
  (JSON.parse(readFileSync(join(dataDir, 'bot.json'), 'utf8')) as { url: string }).url;

/** `ao start` on a data directory; its exit code and words. */
function start(
  folder: TempDir,
  through: readonly string[] = [],
): { code: number | null; said: string } {
  const repo = existsSync(join(folder.path, 'repo'))
    ? join(folder.path, 'repo')
    : makeRepo({ in: folder.path }).path;
  mkdirSync(join(folder.path, 'home'), { recursive: true });
  const [program = AO, ...rest] = [
    ...through,
    AO,
    'start',
    '--port',
    '0',
    '--data-dir',
    join(folder.path, 'data'),
    repo,
  ];
  const run = spawnSync(program, rest, {
    cwd: folder.path,
    env: botEnv(folder.path),
    encoding: 'utf8',
    timeout: 30_000,
  });
  return { code: run.status, said: `${run.stdout}${run.stderr}` };
}

/** Root writes everywhere, so the folder is a read-only mount that only this process sees; without root its mode is enough. */
const READ_ONLY =
  process.getuid?.() === 0
    ? ['unshare', '-m', 'sh', '-c', 'mount -t tmpfs -o ro tmpfs "$DATA" && exec "$0" "$@"']
    : ['sh', '-c', 'chmod 555 "$DATA" && exec "$0" "$@"'];

fault(
  'the data directory is read-only at the start',
  'ao refuses in one sentence that says what to do',
  () => {
    const folder = tempDir('ao-storage-');
    const data = join(folder.path, 'data');
    mkdirSync(data);
    const { code, said } = start(folder, ['env', `DATA=${data}`, ...READ_ONLY]);
    expect(said).toMatch(/can't be (written|made)|read-only|EROFS|EACCES/i);
    expect(said).toMatch(/writable|another dataDir/);
    expect(said).not.toMatch(/\n\s+at /);
    expect(code).toBe(1);
    folder.remove();
  },
);

fault('the database is damaged', 'ao refuses, names the newest backup, writes nothing', () => {
  const folder = tempDir('ao-storage-');
  const data = join(folder.path, 'data');
  mkdirSync(data);
  const file = join(data, 'ao.db');
  openDatabase(file, MIGRATIONS).$client.close();
  for (const day of ['2026-01-02', '2026-01-03'])
    copyFileSync(file, `${file}.backup-${day}T00-00-00-000Z`);
  const bytes = readFileSync(file);
  bytes.fill(0x5a, 4096);
  writeFileSync(file, bytes);
  const { code, said } = start(folder);
  expect(said).toContain('is damaged');
  expect(said).toContain(
    `Put the newest backup in its place: ${file}.backup-2026-01-03T00-00-00-000Z`,
  );
  expect(said).not.toMatch(/\n\s+at /);
  expect(code).toBe(1);
  expect(readFileSync(file).equals(bytes)).toBe(true);
  folder.remove();
});

fault('another program holds the database', 'ao waits for 5 s, then refuses and says so', () => {
  const folder = tempDir('ao-storage-');
  const data = join(folder.path, 'data');
  mkdirSync(data);
  const file = join(data, 'ao.db');
  openDatabase(file, MIGRATIONS).$client.close();
  const other = new Database(file);
  other.pragma('locking_mode = EXCLUSIVE');
  other.exec('BEGIN EXCLUSIVE');
  const { code, said } = start(folder);
  other.close();
  expect(said).toMatch(/Another program holds the database .*ao\.db\. Close it and start again/);
  expect(code).toBe(1);
  folder.remove();
});

fault(
  'the disk fills up under a running bot',
  'the bot lives on; what can’t be saved is refused with 503 and the reason, never half taken; with space again everything goes on',
  async () => {
    const world = await botWorld();
    try {
      await world.start();
      await world.me.command('/ao spawn 2');
      await world.me.sees('sample-1', /The agent asks/);
      const { pid } = JSON.parse(readFileSync(join(world.dataDir, 'bot.json'), 'utf8')) as {
        pid: number;
      };
      // No file of the bot may grow: what SQLite, the log and the agent's folder meet on a full disk. Only the soft limit, so that it can be lifted.
      const full = (on: boolean): void =>
        void execFileSync('prlimit', [
          '--pid',
          String(pid),
          `--fsize=${on ? '0' : 'unlimited'}:unlimited`,
        ]);
      full(true);
      const refused = await world.me.reply('sample-1', 'Written on a full disk').catch(String);
      expect(String(refused)).toMatch(/503.*AO_STORAGE/);
      expect(String(refused)).toContain('Free some space');
      expect((await fetch(`${urlOf(world.dataDir)}/healthz`)).status).toBe(200);
      full(false);
      await world.me.reply('sample-1', 'Written with space again');
      await until(
        async () =>
          (await world.me.view('sample-1')).steers.some(
            (steer) => steer.text === 'Written with space again',
          ),
        20_000,
        'the message',
      );
      await world.me.presses('sample-1', '2 hours, 5 minutes');
      await world.me.sees('sample-1', /PR #1 opened/);
      await until(
        () => world.accepted('sample-1').includes('Written with space again'),
        20_000,
        'the message at the agent',
      );
      expect(world.accepted('sample-1').filter((text) => text.includes('full disk'))).toEqual([]);
      expect(
        (JSON.parse(readFileSync(join(world.dataDir, 'bot.json'), 'utf8')) as { pid: number }).pid,
      ).toBe(pid);
    } finally {
      await world.close();
    }
  },
  90_000,
);

written();
