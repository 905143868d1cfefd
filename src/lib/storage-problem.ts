/** SQLite's own name of what went wrong, whoever wrapped it; empty for anything else. */
export function sqliteCode(error: unknown): string {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const { code } = at as { code?: unknown };
    if (typeof code === 'string' && code.startsWith('SQLITE_')) return code;
  }
  return '';
}

const PROBLEMS: ReadonlyArray<readonly [prefix: string, words: string]> = [
  [
    'SQLITE_FULL',
    'The disk of the data directory is full. Free some space; ao continues by itself then.',
  ],
  [
    'SQLITE_IOERR',
    'The disk of the data directory is full or failing. Free some space, or look at the disk; ao continues by itself when it can write.',
  ],
  [
    'SQLITE_READONLY',
    'The data directory can no longer be written. Make it writable again; ao continues by itself then.',
  ],
  [
    'SQLITE_CANTOPEN',
    'The data directory can no longer be written. Make it writable again; ao continues by itself then.',
  ],
  ['SQLITE_BUSY', 'Another program holds the database. Close it; ao continues by itself then.'],
  ['SQLITE_LOCKED', 'Another program holds the database. Close it; ao continues by itself then.'],
];

/** For an error of a database that can't be written at the moment: what people can do. Null for every other error. */
export function storageProblem(error: unknown): string | null {
  const code = sqliteCode(error);
  return PROBLEMS.find(([prefix]) => code.startsWith(prefix))?.[1] ?? null;
}
