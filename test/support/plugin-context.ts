import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Clock, systemClock } from '../../src/lib/clock.ts';
import type { Delivery, Inbox } from '../../src/slots/inbox.ts';
import type { KeyValue, Logger, PluginContext, ProjectInfo } from '../../src/slots/plugin.ts';
import { gitEnv } from './tmp.ts';

export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** A folder that is gone after `remove()`. */
export function temporaryFolder(name: string): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), `ao-${name}-`));
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 3 }) };
}

/** Keeps JSON as the real store does, so that nothing but JSON survives. */
export function memoryKeyValue(): KeyValue {
  const entries = new Map<string, string>();
  return {
    get: (key) => (entries.has(key) ? JSON.parse(entries.get(key) ?? '') : undefined),
    set: (key, value) => void entries.set(key, JSON.stringify(value)),
    delete: (key) => void entries.delete(key),
    list: (prefix) =>
      [...entries]
        .filter(([key]) => key.startsWith(prefix))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, value]) => [key, JSON.parse(value)] as const),
  };
}

/** As durable as the test's process: handed to a second plugin, it stands for a restart. */
export function memoryInbox(): Inbox {
  const rows = new Map<string, { readonly json: string; done: boolean }>();
  return {
    take(delivery) {
      if (rows.has(delivery.id)) return false;
      rows.set(delivery.id, { json: JSON.stringify(delivery), done: false });
      return true;
    },
    waiting: () =>
      [...rows.values()].filter((row) => !row.done).map((row) => JSON.parse(row.json) as Delivery),
    done(id) {
      const row = rows.get(id);
      if (row !== undefined) row.done = true;
    },
  };
}

/** Environment of children: this Node first on PATH, nothing of the test runner's. */
export function childEnvironment(
  home: string,
  extraPath: readonly string[] = [],
): Record<string, string> {
  return {
    PATH: [...extraPath, dirname(process.execPath), process.env.PATH ?? ''].join(':'),
    HOME: home,
    LANG: 'C.UTF-8',
    GIT_CONFIG_NOSYSTEM: '1',
  };
}

export interface LoggedLine {
  readonly level: string;
  readonly message: string;
}

/** What a plugin gets in tests: either its own `dataDir`, or one made below `folder`. `env` defaults to a git without anybody's configuration. */
export function pluginContext(input: {
  id?: string;
  dataDir?: string;
  folder?: string;
  project?: ProjectInfo | null;
  kv?: KeyValue;
  inbox?: Inbox;
  clock?: Clock;
  env?: Readonly<Record<string, string>>;
  logger?: Logger;
}): PluginContext & { readonly logged: LoggedLine[] } {
  const logged: LoggedLine[] = [];
  const log = (level: string) => (_fields: object, message: string) =>
    void logged.push({ level, message });
  const id = input.id ?? 'test';
  const values = new Map<string, unknown>();
  const dataDir =
    input.dataDir ?? join(input.folder ?? tmpdir(), 'data', id.replace(/[^a-z0-9-]/gi, '-'));
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  return {
    id,
    clock: input.clock ?? systemClock,
    logger: input.logger ?? {
      debug: log('debug'),
      info: log('info'),
      warn: log('warn'),
      error: log('error'),
    },
    dataDir,
    kv: input.kv ?? memoryKeyValue(),
    inbox: input.inbox ?? memoryInbox(),
    env: input.env ?? (input.folder === undefined ? gitEnv() : childEnvironment(input.folder)),
    shared<T>(key: string, make: () => T): T {
      if (!values.has(key)) values.set(key, make());
      return values.get(key) as T;
    },
    project: input.project ?? null,
    logged,
  };
}
