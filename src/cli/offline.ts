import { existsSync } from 'node:fs';
import path from 'node:path';
import type { SessionView } from '../commands/views.ts';
import type { OfflineWish } from '../db/read-only.ts';
import type { AuditFilter, AuditRow, AuditVerdict } from '../domain/session/audit.ts';
import { CliError } from './cli-error.ts';
import type { ConfigPlace } from './config-place.ts';
import { offlineRedact } from './offline-secrets.ts';

export type { OfflineWish };

/** Name of the database in the data directory. */
const DATABASE = 'ao.db';

/**
 * The one window into the data directory while the bot is down; loads the database code only when it is needed. What was saved has
 * its secrets in it: they are masked here. Null: there is no database.
 */
export async function readOffline(
  dataDir: string,
  wish: OfflineWish,
  place: ConfigPlace,
): Promise<readonly SessionView[] | null> {
  if (!existsSync(path.join(dataDir, DATABASE))) return null;
  const [{ readSnapshots }, { viewSession }, { defaultConfig }, { projectPolicy }, { redactDeep }] =
    await Promise.all([
      import('../db/read-only.ts'),
      import('../commands/view-session.ts'),
      import('../config/default-config.ts'),
      import('../config/project-policy.ts'),
      import('../lib/redact.ts'),
    ]);
  const config = defaultConfig({ projects: { any: { path: '/' } }, dataDir });
  const policy = projectPolicy(config, 'any', { rerun: false, updateBranch: false, review: false });
  const now = Date.now();
  const stored = read(dataDir, (folder) => readSnapshots(folder, wish));
  const redact = await offlineRedact(
    dataDir,
    place,
    stored.map(({ snapshot }) => snapshot),
  );
  return stored.map(({ snapshot, version }) => {
    const view = viewSession(snapshot, { policy, now, version });
    // Nobody watches while the bot is down: shown is what was last known, with nothing to press.
    return redactDeep({ ...view, status: snapshot.session.toldStatus, actions: [] }, redact);
  });
}

function read<T>(dataDir: string, open: (dataDir: string) => T): T {
  try {
    return open(dataDir);
  } catch (error) {
    throw new CliError(
      `${path.join(dataDir, DATABASE)} cannot be read (${(error as Error).message}).  Start the bot for a full answer: ao start`,
    );
  }
}

export async function readAudit(
  dataDir: string,
  filter: AuditFilter,
  place: ConfigPlace,
): Promise<readonly AuditRow[]> {
  const [{ readAuditLog }, { redactDeep }] = await Promise.all([
    import('../db/read-only.ts'),
    import('../lib/redact.ts'),
  ]);
  const rows = read(dataDir, (folder) => readAuditLog(folder, filter));
  // Masked when they were written; what became a secret later wasn't one then.
  return redactDeep(rows, await offlineRedact(dataDir, place, []));
}

export async function verifyAudit(dataDir: string, since: string | null): Promise<AuditVerdict> {
  const { verifyAuditLog } = await import('../db/read-only.ts');
  return read(dataDir, (folder) => verifyAuditLog(folder, since));
}

/** Consistent copy of the database, also while the bot writes to it. */
export async function backUp(dataDir: string, file: string): Promise<void> {
  const { backUpDatabase } = await import('../db/back-up.ts');
  await backUpDatabase(path.join(dataDir, DATABASE), file);
}
