import { mkdirSync } from 'node:fs';
import { systemClock, type Clock } from '../../src/lib/clock.ts';
import type { KeyValue, Logger, PluginContext } from '../../src/slots/plugin.ts';
import { gitEnv } from './tmp.ts';

export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** A KeyValue that forgets. */
export function memoryKeyValue(): KeyValue {
  const values = new Map<string, unknown>();
  return {
    get: (key) => values.get(key),
    set: (key, value) => void values.set(key, structuredClone(value)),
    delete: (key) => void values.delete(key),
    list: (prefix) => [...values].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1)),
  };
}

/** What a plugin gets in tests; `env` defaults to PATH, an empty HOME and a git without anybody's configuration. */
export function pluginContext(options: { dataDir: string; id?: string; clock?: Clock; env?: Readonly<Record<string, string>>; logger?: Logger }): PluginContext {
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  return {
    id: options.id ?? 'test',
    clock: options.clock ?? systemClock,
    logger: options.logger ?? silentLogger,
    dataDir: options.dataDir,
    kv: memoryKeyValue(),
    env: options.env ?? gitEnv(),
    project: null,
  };
}
