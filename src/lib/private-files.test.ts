import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TempDir, tempDir } from '../../test/support/tmp.ts';
import { closeToOthers, openPaths } from './private-files.ts';

let temp: TempDir;
const at = (...parts: string[]): string => join(temp.path, ...parts);
const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

beforeEach(() => {
  temp = tempDir('ao-private-');
  for (const folder of ['charts', 'repos', 'repos/app']) mkdirSync(at(folder));
  for (const file of [
    'ao.db',
    'ao.db-wal',
    'ao.db-shm',
    'bot.lock',
    'ao.db.backup-2026',
    'bot.log',
    'token',
    'charts/cost.png',
    'repos/app/run.sh',
  ])
    writeFileSync(at(file), '');
  writeFileSync(`${temp.path}-outside`, '');
  symlinkSync(`${temp.path}-outside`, at('link'));
  for (const folder of ['.', 'charts', 'repos']) chmodSync(at(folder), 0o755);
  for (const file of ['ao.db', 'ao.db-wal', 'ao.db-shm', 'bot.lock', 'ao.db.backup-2026'])
    chmodSync(at(file), 0o644);
  chmodSync(at('bot.log'), 0o640);
  chmodSync(at('charts/cost.png'), 0o604);
  chmodSync(at('repos/app/run.sh'), 0o755);
  chmodSync(`${temp.path}-outside`, 0o644);
  chmodSync(at('token'), 0o600);
});
afterEach(() => temp.remove());

// threat: another user of the machine looks into the data directory | closed at each start, and by ao doctor --fix
test('an open data directory is found, and closed, down to the files of ao', () => {
  expect(openPaths(temp.path).map(({ path }) => path.slice(temp.path.length))).toEqual(
    expect.arrayContaining([
      '',
      '/ao.db',
      '/ao.db-wal',
      '/bot.lock',
      '/charts',
      '/charts/cost.png',
    ]),
  );
  expect(openPaths(temp.path).map(({ path }) => path)).not.toContain(at('token'));
  expect(closeToOthers(temp.path)).toEqual([]);
  expect(openPaths(temp.path)).toEqual([]);
  expect(['.', 'charts', 'repos'].map((folder) => modeOf(at(folder)))).toEqual([
    '700',
    '700',
    '700',
  ]);
  expect(
    ['ao.db', 'ao.db-wal', 'ao.db-shm', 'ao.db.backup-2026', 'bot.log', 'charts/cost.png'].map(
      (file) => modeOf(at(file)),
    ),
  ).toEqual(Array(6).fill('600'));
});

test('what a repository has executable stays so, and a link leads to no change elsewhere', () => {
  closeToOthers(temp.path);
  expect(modeOf(at('repos/app/run.sh'))).toBe('755');
  expect(modeOf(`${temp.path}-outside`)).toBe('644');
});
