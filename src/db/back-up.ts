import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';

/** Writes a consistent copy of the database to `target`, also while the bot writes to it. Throws when there is none, or when `target` exists. */
export async function backUpDatabase(file: string, target: string): Promise<void> {
  if (!existsSync(file))
    throw new Error(
      `there is no database at ${file}; nothing was written. Say where it is with --data-dir`,
    );
  if (existsSync(target))
    throw new Error(`${target} exists; nothing was written. Name another file`);
  const client = new Database(file, { readonly: true, timeout: 5000 });
  try {
    await client.backup(target);
  } finally {
    client.close();
  }
}
