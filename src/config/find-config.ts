import { existsSync } from 'node:fs';
import path from 'node:path';
import { searchStart } from '../lib/own-places.ts';
import { CONFIG_NAMES } from './peers/names.ts';
import type { Environment } from './source-document.ts';

export const CONFIG_NAME = 'ao.yaml';

/**
 * Absolute path of the configuration file: `explicit`, then AO_CONFIG, then the nearest ao.yaml from `from` upwards (never one in
 * a worktree of ao's), then the one
 * in the user's configuration folder; null when there is none. The first two are returned whether or not the file exists.
 */
export function findConfig(options: {
  explicit: string | null;
  from: string;
  env: Environment;
}): string | null {
  const { explicit, from, env } = options;
  if (explicit !== null) return path.resolve(from, explicit);
  if (env.AO_CONFIG) return path.resolve(from, env.AO_CONFIG);
  return nearestAbove(from) ?? userConfig(env);
}

function nearestAbove(from: string): string | null {
  for (let folder = searchStart(from); ; folder = path.dirname(folder)) {
    for (const name of CONFIG_NAMES) {
      const file = path.join(folder, name);
      if (existsSync(file)) return file;
    }
    if (folder === path.dirname(folder)) return null;
  }
}

function userConfig(env: Environment): string | null {
  const base = env.XDG_CONFIG_HOME || (env.HOME ? path.join(env.HOME, '.config') : null);
  if (base === null) return null;
  const file = path.join(base, 'ao', CONFIG_NAME);
  return existsSync(file) ? file : null;
}
