import { existsSync } from 'node:fs';
import path from 'node:path';
import type { SessionView } from '../commands/views.ts';

/** Name of the database in the data directory. */
const DATABASE = 'ao.db';

/** The one window into the data directory while the bot is down; loads the database code only when it is needed. */
export async function readOffline(dataDir: string): Promise<readonly SessionView[] | null> {
  if (!existsSync(path.join(dataDir, DATABASE))) return null;
  const { readSessions } = await import('../db/read-only.ts');
  return readSessions(dataDir);
}

/** Consistent copy of the database, also while the bot writes to it. */
export async function backUp(dataDir: string, file: string): Promise<void> {
  const { backUpDatabase } = await import('../db/back-up.ts');
  await backUpDatabase(path.join(dataDir, DATABASE), file);
}
