import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Access, createAccess } from '../commands/access.ts';
import { knownSecrets } from '../config/known-secrets.ts';
import { projectSettings } from '../config/project-settings.ts';
import type { Config } from '../config/schema/config.ts';
import { inboxStore } from '../db/inbox-store.ts';
import { kvStore } from '../db/kv-store.ts';
import { closeDatabase, type Db, lockDataDir, openDatabase } from '../db/open.ts';
import { fillPlaces, runtimesInUse, workspacesInUse } from '../db/session-places.ts';
import type { AuditEntry } from '../domain/session/audit.ts';
import { type Actor, subject } from '../domain/session/ids.ts';
import { createRedactor, type Redact } from '../lib/redact.ts';
import { type AppOptions, DataDirTaken } from './app.ts';
import { auditedForges } from './audited-forges.ts';
import { createLiveConfig, type LiveConfig } from './live-config.ts';
import { createPluginInstances, type PluginInstances } from './plugin-instances.ts';
import { redactedAudit } from './redacted-audit.ts';
import { steppedInbox } from './stepped-inbox.ts';

/** What everything else stands on: the locked data directory, the configuration in force, plugins, redaction, audit. */
export interface Base {
  readonly options: AppOptions;
  readonly db: Db;
  readonly live: LiveConfig;
  readonly config: () => Config;
  readonly plugins: PluginInstances;
  readonly access: Access;
  readonly redact: Redact;
  /** Secrets that came into being later. */
  readonly learn: (secrets: Iterable<string>) => void;
  /** Those of a configuration, with the values it took from the environment. */
  readonly learnOf: (config: Config, environment: Iterable<string>) => void;
  readonly audit: (entry: Omit<AuditEntry, 'at'>) => void;
  /** A row of what ao did by itself. */
  readonly auditAo: (action: string, detail: string, allowed?: boolean) => void;
  readonly isConfigured: (project: string) => boolean;
  /** Closes the database and gives the data directory back. */
  readonly close: () => void;
}

/** Whoever holds the admin token, or a browser signed in with it. */
export const ADMIN: Actor = { subject: subject('web:local'), name: 'you', via: 'web' };

/** Throws DataDirTaken when another bot has the data directory, DatabaseRefused when the database can't be used. */
export function openBase(options: AppOptions): Base {
  const { clock, logger, dataDir, projects } = options;
  const { db, close } = openData(dataDir, options.migrations);
  const { redact, learn } = options.redactor ?? createRedactor([]);
  const own = [options.token, ...(options.proxyToken === undefined ? [] : [options.proxyToken])];
  const learnOf: Base['learnOf'] = (config, environment) =>
    learn(knownSecrets(config, environment, ...own));
  learnOf(options.config, options.secrets);
  const audit = redactedAudit(db, clock, redact);
  fillPlaces(db, (project) => projectSettings(options.config, project));
  const isConfigured = (project: string): boolean => projects.some(({ id }) => id === project);
  const live = createLiveConfig(options.config, (project) =>
    isConfigured(project) ? plugins.scm(project) : null,
  );
  const plugins = auditedForges(
    createPluginInstances({
      config: options.config,
      current: live.current,
      definitions: options.definitions,
      projects,
      kvOf: (namespace) => kvStore(db, namespace),
      inboxOf: (platform) =>
        steppedInbox(
          inboxStore(db, platform, () => clock.now()),
          platform,
          options.onStep,
        ),
      dataDir,
      clock,
      logger,
      env: options.childEnv,
      runtimesInUse: () => runtimesInUse(db),
      workspacesInUse: (project) => workspacesInUse(db, project),
    }),
    audit,
    redact,
  );
  return {
    options,
    db,
    live,
    config: live.current,
    plugins,
    access: createAccess(() => live.current().access),
    redact,
    learn,
    learnOf,
    audit,
    auditAo: (action, detail, allowed = true) =>
      audit({ subject: 'system:ao', via: 'system', action, session: null, detail, allowed }),
    isConfigured,
    close,
  };
}

function openData(dataDir: string, migrations: string): { db: Db; close: () => void } {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const lock = lockDataDir(dataDir);
  if (lock === null) throw new DataDirTaken(`Another ao uses ${dataDir}.`);
  try {
    const db = openDatabase(join(dataDir, 'ao.db'), migrations);
    const close = (): void => {
      try {
        closeDatabase(db);
      } finally {
        lock.release();
      }
    };
    return { db, close };
  } catch (error) {
    lock.release();
    throw error;
  }
}
