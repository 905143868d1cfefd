import { accessSync, constants, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { type BetterSQLite3Database, drizzle } from 'drizzle-orm/better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';
import { sqliteCode } from '../lib/storage-problem.ts';
import { noteCleanStop, takeCleanStop } from './clean-stop.ts';
import { keepStatements } from './prepared.ts';

/** `ao` in ASCII and a number: marks the file as ours, so that a foreign database is never migrated. */
const APPLICATION_ID = 0x616f0001;

export type Db = BetterSQLite3Database & { readonly $client: Database.Database };

/** The database can't be used. The message says why and what to do; nothing was written. */
export class DatabaseRefused extends Error {
  readonly code: string;
  constructor(code: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'DatabaseRefused';
    this.code = code;
  }
}

/**
 * Opens, checks and migrates. The whole file is read unless it is as `closeDatabase` left it. A backup is written beside the file before
 * any migration of an existing one. Throws DatabaseRefused.
 */
export function openDatabase(file: string, migrationsFolder: string): Db {
  const isNew = !existsSync(file);
  // Before SQLite touches the file.
  const untouched = takeCleanStop(file);
  const client = connect(file);
  try {
    checkIdentity(client, file, isNew);
    if (!untouched) checkIntegrity(client, file);
    // Before anything is written: a refusal must leave the file as it was.
    const pending = pendingMigrations(client, file, migrationsFolder);
    client.pragma('journal_mode = WAL');
    client.pragma('synchronous = FULL');
    client.pragma('foreign_keys = ON');
    client.pragma('busy_timeout = 5000');
    keepStatements(client);
    const db = drizzle(client);
    if (pending > 0) {
      if (!isNew) backUp(client, file);
      migrate(db, { migrationsFolder });
    }
    client.pragma(`application_id = ${APPLICATION_ID}`);
    client.exec('INSERT OR IGNORE INTO sequence (id, value) VALUES (1, 0)');
    return db;
  } catch (error) {
    client.close();
    throw asRefusal(error, file);
  }
}

/** Closes, and notes that it was done in order when nobody else has the file open. */
export function closeDatabase(db: Db): void {
  const file = db.$client.name;
  db.$client.close();
  noteCleanStop(file);
}

function connect(file: string): Database.Database {
  try {
    return new Database(file, { timeout: 5000 });
  } catch (error) {
    throw asRefusal(error, file);
  }
}

function asRefusal(error: unknown, file: string): Error {
  if (error instanceof DatabaseRefused) return error;
  if (error instanceof TypeError && error.message.includes('directory does not exist'))
    return new DatabaseRefused(
      'AO_DB_READ_ONLY',
      `The folder of the database ${file} does not exist. Make it, or set another dataDir.`,
      error,
    );
  const code = sqliteCode(error);
  if (
    code === 'SQLITE_READONLY' ||
    code === 'SQLITE_CANTOPEN' ||
    code.startsWith('SQLITE_READONLY') ||
    code.startsWith('SQLITE_CANTOPEN')
  ) {
    return new DatabaseRefused(
      'AO_DB_READ_ONLY',
      `The database ${file} can't be written. Make its folder writable for this user, or set another dataDir.`,
      error,
    );
  }
  if (code.startsWith('SQLITE_FULL') || code.startsWith('SQLITE_IOERR'))
    return new DatabaseRefused(
      'AO_DB_DISK',
      `The disk of ${file} is full or failing (${code}). Free some space and start again; nothing was lost.`,
      error,
    );
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') return corrupt(file, error);
  if (code.startsWith('SQLITE_BUSY'))
    return new DatabaseRefused(
      'AO_DB_LOCKED',
      `Another program holds the database ${file}. Close it and start again.`,
      error,
    );
  return error instanceof Error ? error : new Error(String(error));
}

const corrupt = (file: string, cause?: unknown): DatabaseRefused => {
  const backup = newestBackup(file);
  const restore =
    backup === null
      ? 'There is no backup beside it; take one of yours'
      : `Put the newest backup in its place: ${backup}`;
  return new DatabaseRefused(
    'AO_DB_CORRUPT',
    `The database ${file} is damaged. Move it aside. ${restore}, or start with an empty dataDir. Nothing was written.`,
    cause,
  );
};

/** Their names hold the time, so the last one is the newest. */
function newestBackup(file: string): string | null {
  const names = readdirSync(dirname(file)).filter((name) =>
    name.startsWith(`${basename(file)}.backup-`),
  );
  const newest = names.toSorted().at(-1);
  return newest === undefined ? null : join(dirname(file), newest);
}

function checkIdentity(client: Database.Database, file: string, isNew: boolean): void {
  if (isNew) return;
  const id = client.pragma('application_id', { simple: true });
  const tables = client
    .prepare("SELECT count(*) AS n FROM sqlite_master WHERE type = 'table'")
    .get() as { n: number };
  if (id === APPLICATION_ID || tables.n === 0) return;
  throw new DatabaseRefused(
    'AO_DB_FOREIGN',
    `${file} is not a database of ao. Nothing was written. Set another dataDir.`,
  );
}

function checkIntegrity(client: Database.Database, file: string): void {
  const result = client.pragma('quick_check(1)', { simple: true });
  if (result !== 'ok') throw corrupt(file, new Error(String(result)));
}

function pendingMigrations(client: Database.Database, file: string, folder: string): number {
  const journal = JSON.parse(readFileSync(join(folder, 'meta', '_journal.json'), 'utf8')) as {
    entries: ReadonlyArray<{ when: number }>;
  };
  const known = client
    .prepare("SELECT count(*) AS n FROM sqlite_master WHERE name = '__drizzle_migrations'")
    .get() as { n: number };
  if (known.n === 0) return journal.entries.length;
  const last = client
    .prepare('SELECT max(created_at) AS at, count(*) AS n FROM __drizzle_migrations')
    .get() as { at: number | null; n: number };
  const newest = journal.entries.at(-1)?.when ?? 0;
  if ((last.at ?? 0) > newest) {
    throw new DatabaseRefused(
      'AO_DB_NEWER',
      `The database ${file} was written by a newer version of ao. Nothing was changed. Start that version, or set another dataDir.`,
    );
  }
  return journal.entries.length - last.n;
}

function backUp(client: Database.Database, file: string): void {
  // A consistent copy, whatever journal mode the file is in.
  client
    .prepare('VACUUM INTO ?')
    .run(`${file}.backup-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`);
}

/** Throws DatabaseRefused when the folder can't be made or written. */
export function makeDataDir(dataDir: string): void {
  const refused = (what: string, todo: string, error: unknown): DatabaseRefused => {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unknown reason';
    return new DatabaseRefused(
      'AO_DB_READ_ONLY',
      `The data directory ${dataDir} can't be ${what} (${reason}). ${todo}, or set another dataDir.`,
      error,
    );
  };
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw refused('made', 'Make its parent writable, move what is in the way', error);
  }
  try {
    accessSync(dataDir, constants.W_OK);
  } catch (error) {
    throw refused('written', 'Make it writable for this user', error);
  }
}

/**
 * Holds an operating-system lock on the data directory for the life of the process; it ends with the process, however
 * that ends. Returns null when another process holds it.
 */
export function lockDataDir(dataDir: string): { release(): void } | null {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const client = connect(join(dataDir, 'bot.lock'));
  try {
    client.pragma('busy_timeout = 0');
    client.exec('BEGIN EXCLUSIVE');
    return { release: () => client.close() };
  } catch (error) {
    client.close();
    if (((error as { code?: string }).code ?? '').startsWith('SQLITE_BUSY')) return null;
    throw asRefusal(error, join(dataDir, 'bot.lock'));
  }
}
