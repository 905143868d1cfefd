import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { tempDir } from '../../test/support/temp-dir.ts';
import { noteCleanStop, takeCleanStop } from './clean-stop.ts';
import { MIGRATIONS } from './memory-harness.ts';
import { closeDatabase, DatabaseRefused, lockDataDir, openDatabase } from './open.ts';

function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof DatabaseRefused) return error.code;
    throw error;
  }
  return 'opened';
}

const file = (): string => join(tempDir(), 'ao.db');
const sql = (path: string, ...statements: readonly string[]): void => {
  const client = new Database(path);
  for (const statement of statements) client.exec(statement);
  client.close();
};
const made = (): string => {
  const path = file();
  openDatabase(path, MIGRATIONS).$client.close();
  return path;
};

test('a new database is made, and opened again as it is', () => {
  const path = made();
  expect(refusal(() => openDatabase(path, MIGRATIONS).$client.close())).toBe('opened');
  expect(readdirSync(join(path, '..')).filter((name) => name.includes('backup'))).toEqual([]);
});

test.each<[string, (path: string) => void, string]>([
  ['somebody else’s database', (path) => sql(path, 'CREATE TABLE customers (id)'), 'AO_DB_FOREIGN'],
  [
    'no database at all',
    (path) => writeFileSync(path, 'these are my notes, not a database\n'.repeat(100)),
    'AO_DB_CORRUPT',
  ],
  ['a folder in its place', (path) => mkdirSync(path), 'AO_DB_READ_ONLY'],
])('%s is refused and left as it is', (_title, make, code) => {
  const path = file();
  make(path);
  const before = existsSync(path) && code !== 'AO_DB_READ_ONLY' ? readFileSync(path) : null;
  expect(refusal(() => openDatabase(path, MIGRATIONS))).toBe(code);
  if (before !== null) expect(readFileSync(path).equals(before)).toBe(true);
});

test('a folder that is not there is refused', () =>
  expect(refusal(() => openDatabase(join(tempDir(), 'nowhere', 'ao.db'), MIGRATIONS))).toBe(
    'AO_DB_READ_ONLY',
  ));

test('a database of a newer version is refused', () => {
  const path = made();
  sql(
    path,
    "INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('future', 99999999999999)",
  );
  expect(refusal(() => openDatabase(path, MIGRATIONS))).toBe('AO_DB_NEWER');
});

/** A database with a page that is no page. */
function damaged(): string {
  const path = made();
  sql(
    path,
    "INSERT INTO kv (namespace, key, value) SELECT 'x', value, hex(randomblob(400)) FROM json_each('[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30]')",
    'PRAGMA wal_checkpoint(TRUNCATE)',
  );
  const bytes = readFileSync(path);
  bytes.fill(0x5a, bytes.length - 4_096);
  writeFileSync(path, bytes);
  return path;
}

test('a damaged database is refused', () =>
  expect(refusal(() => openDatabase(damaged(), MIGRATIONS))).toBe('AO_DB_CORRUPT'));

test('a database is read whole at the start unless it is as it was when it was closed in order', () => {
  const whole = made();
  closeDatabase(openDatabase(whole, MIGRATIONS));
  expect(takeCleanStop(whole)).toBe(true);
  // The note says nothing of what came after it.
  expect(takeCleanStop(whole)).toBe(false);

  const path = damaged();
  noteCleanStop(path);
  // Nobody looks for the damage: what a start costs does not depend on the size of the file.
  expect(refusal(() => openDatabase(path, MIGRATIONS).$client.close())).toBe('opened');
  // Killed, or not closed in order: it is looked for.
  expect(refusal(() => openDatabase(path, MIGRATIONS))).toBe('AO_DB_CORRUPT');
});

test.each<[string, (path: string) => void]>([
  ['written to', (path) => sql(path, 'UPDATE sequence SET value = value + 1')],
  ['put in place of it', (path) => copyFileSync(path, `${path}.other`)],
  ['left with a journal', (path) => writeFileSync(`${path}-wal`, '')],
])('a file that was %s after its close is looked through', (what, touch) => {
  const path = damaged();
  noteCleanStop(path);
  touch(path);
  if (what === 'put in place of it') renameSync(`${path}.other`, path);
  expect(refusal(() => openDatabase(path, MIGRATIONS))).toBe('AO_DB_CORRUPT');
});

test('before a migration of an existing database a backup is written that can be opened', () => {
  const path = file();
  const client = new Database(path);
  client.pragma('application_id = 1634664449');
  client.exec('CREATE TABLE old (note)');
  client.exec("INSERT INTO old VALUES ('keep me')");
  client.close();
  openDatabase(path, MIGRATIONS).$client.close();
  const backup = readdirSync(join(path, '..')).find((name) => name.startsWith('ao.db.backup-'));
  const copy = new Database(join(path, '..', backup ?? 'none'), { readonly: true });
  onTestFinished(() => void copy.close());
  expect(copy.prepare('SELECT note FROM old').all()).toEqual([{ note: 'keep me' }]);
});

test('a second bot on the same data directory is turned away until the first ends', () => {
  const dir = tempDir();
  const first = lockDataDir(dir);
  expect(first).not.toBeNull();
  expect(lockDataDir(dir)).toBeNull();
  first?.release();
  const second = lockDataDir(dir);
  expect(second).not.toBeNull();
  second?.release();
});

test('the lock holds between processes', () => {
  const dir = tempDir();
  const lock = lockDataDir(dir);
  onTestFinished(() => lock?.release());
  const script = `import { lockDataDir } from ${JSON.stringify(join(import.meta.dirname, 'open.ts'))}; console.log(lockDataDir(${JSON.stringify(dir)}) === null ? 'taken' : 'free');`;
  expect(
    execFileSync(process.execPath, ['--input-type=module-typescript', '-e', script], {
      encoding: 'utf8',
      cwd: import.meta.dirname,
    }).trim(),
  ).toBe('taken');
});
