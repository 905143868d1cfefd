import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { systemClock } from '../../src/lib/clock.ts';
import type { KeyValue, PluginContext, ProjectInfo } from '../../src/slots/plugin.ts';

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
    list: (prefix) => [...entries].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => [key, JSON.parse(value)] as const),
  };
}

/** Environment of children: this Node first on PATH, nothing of the test runner's. */
export function childEnvironment(home: string, extraPath: readonly string[] = []): Record<string, string> {
  return { PATH: [...extraPath, dirname(process.execPath), process.env.PATH ?? ''].join(':'), HOME: home, LANG: 'C.UTF-8' };
}

export interface LoggedLine {
  readonly level: string;
  readonly message: string;
}

export function pluginContext(input: { id: string; folder: string; project: ProjectInfo | null; kv?: KeyValue; env?: Record<string, string> }): PluginContext & { readonly logged: LoggedLine[] } {
  const logged: LoggedLine[] = [];
  const log = (level: string) => (_fields: object, message: string) => void logged.push({ level, message });
  const dataDir = join(input.folder, 'data', input.id.replace(/[^a-z0-9-]/gi, '-'));
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  return {
    id: input.id,
    clock: systemClock,
    logger: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
    dataDir,
    kv: input.kv ?? memoryKeyValue(),
    env: input.env ?? childEnvironment(input.folder),
    project: input.project,
    logged,
  };
}
