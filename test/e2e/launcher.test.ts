import { spawn } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { renderStatus } from '../../src/commands/status-table.ts';
import type { SessionView } from '../../src/commands/views.ts';
import { packageRoot } from '../../src/lib/package-root.ts';
import { FakeBotApi } from '../fakes/bot-api.ts';
import { ensureBuilt } from '../support/built.ts';
import { sessionView } from '../support/session-view.ts';
import { tempDir } from '../support/temp-dir.ts';

const launcher = path.join(packageRoot(), 'bin', 'ao');
let dist = '';
beforeAll(async () => {
  dist = await ensureBuilt();
}, 120_000);

function run(
  program: string,
  args: readonly string[],
  env: Record<string, string> = {},
  cwd = '/',
): Promise<{ code: number | null; out: string; err: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

test('the launcher works through a symlink from another folder', async () => {
  const link = path.join(tempDir(), 'ao');
  symlinkSync(launcher, link);
  const { code, out } = await run(link, ['--version'], {}, path.dirname(link));
  expect(code).toBe(0);
  expect(out).toMatch(/^\d+\.\d+\.\d+\n$/);
});

const tableOf = (sessions: readonly SessionView[]): string =>
  renderStatus(sessions, {}, { now: Date.now(), columns: null, color: false });

test('ao status of a running bot is answered by the launcher itself, and by the whole program alike', async () => {
  const dataDir = tempDir();
  const bot = await FakeBotApi.start(dataDir);
  const sessions = Array.from({ length: 100 }, (_, index) =>
    sessionView({ id: `app-${index + 1}`, createdAt: 0, endedAt: 60_000 }),
  );
  bot
    .on('GET /api/sessions', { body: sessions })
    .on('GET /api/status', { body: { text: tableOf(sessions) } });
  const quick = await run(launcher, ['status', '--data-dir', dataDir]);
  expect(quick).toMatchObject({ code: 0, err: '' });
  expect(quick.out.split('\n')).toHaveLength(103);
  expect(bot.seen).toHaveLength(1);
  // An option in the form --name=value is left to the whole program.
  const whole = await run(launcher, ['status', `--data-dir=${dataDir}`]);
  expect(whole).toEqual(quick);
});

test('a reader that has seen enough is no error', async () => {
  const dataDir = tempDir();
  const bot = await FakeBotApi.start(dataDir);
  const sessions = Array.from({ length: 2000 }, (_, index) =>
    sessionView({ id: `app-${index + 1}` }),
  );
  bot
    .on('GET /api/sessions', { body: sessions })
    .on('GET /api/status', { body: { text: tableOf(sessions) } });
  const { code, out, err } = await run('bash', [
    '-c',
    'set -o pipefail; "$0" status --data-dir "$1" | head -1',
    launcher,
    dataDir,
  ]);
  expect({ code, err, header: out.startsWith('SESSION') }).toEqual({
    code: 0,
    err: '',
    header: true,
  });
});

test('a reader that has seen enough is no error of the whole program either', async () => {
  const dataDir = tempDir();
  const bot = await FakeBotApi.start(dataDir);
  bot.on('GET /api/sessions', {
    body: Array.from({ length: 2000 }, (_, index) => sessionView({ id: `app-${index + 1}` })),
  });
  const { code, out, err } = await run('bash', [
    '-c',
    'set -o pipefail; "$0" status "--data-dir=$1" | head -1',
    launcher,
    dataDir,
  ]);
  expect({ code, err, header: out.startsWith('SESSION') }).toEqual({
    code: 0,
    err: '',
    header: true,
  });
});

test('without a bot, ao says how to start one and ends with 3', async () => {
  const dataDir = tempDir();
  expect(await run(launcher, ['status', '--data-dir', dataDir])).toEqual({
    code: 3,
    out: '',
    err: `error: the bot is not running (data directory ${dataDir}).  Start it: ao start\n`,
  });
});

test('a refusal and a bad command line have their exit codes in the real program too', async () => {
  expect((await run(launcher, ['spwan'])).code).toBe(2);
  const folder = tempDir();
  writeFileSync(path.join(folder, 'ao.yaml'), 'prot: 1\n');
  expect((await run(launcher, ['config', 'check'], {}, folder)).code).toBe(4);
});

test('an old Node gets a sentence and nothing is loaded', async () => {
  const pretend = path.join(tempDir(), 'pretend.cjs');
  writeFileSync(pretend, "Object.defineProperty(process.versions, 'node', { value: '20.20.2' });");
  const { code, out, err } = await run(process.execPath, [
    '-r',
    pretend,
    path.join(dist, 'ao.cjs'),
    'status',
  ]);
  expect({ code, out, err }).toEqual({
    code: 1,
    out: '',
    err: 'error: ao needs Node 22.12 or newer, this is 20.20.2. Install Node 24.\n',
  });
});
