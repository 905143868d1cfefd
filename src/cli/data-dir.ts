import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { CONFIG_NAMES, isPeerFile, isTheirFolder } from '../config/peers/names.ts';
import { untold } from '../lib/guarded/problem.ts';
import { readText } from '../lib/guarded/read.ts';
import { searchStart } from '../lib/own-places.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const LINE =
  /^(?:dataDir|data_dir|"dataDir"|'dataDir')[ \t]*:[ \t]*(?:"([^"]*)"|'([^']*)'|([^#\n]*?))[ \t]*(?:#.*)?$/m;

/**
 * The data directory that `ao start` would use here, without loading the YAML parser or the schema: only one line of the file matters.
 * Order as in the configuration: option, AO_DATA_DIR (also in .env), dataDir of the file, ~/.ao.
 */
export function findDataDir(
  options: { dataDir?: string | undefined; config?: string | undefined },
  env: Environment,
  cwd: string,
): string {
  if (options.dataDir !== undefined) return path.resolve(cwd, options.dataDir);
  if (env.AO_DATA_DIR) return path.resolve(cwd, env.AO_DATA_DIR);
  const home = path.join(env.HOME ?? '', '.ao');
  const file = findFile(options.config, env, cwd);
  if (file === null || !existsSync(file)) return home;
  const folder = path.dirname(file);
  const dotEnv = path.join(folder, '.env');
  // Whoever loads the whole file says what is wrong with it.
  const known: Environment = { ...parseEnv(read(dotEnv)), ...env };
  if (known.AO_DATA_DIR) return path.resolve(cwd, known.AO_DATA_DIR);
  const written = writtenIn(read(file));
  const value = written.replace(
    /\$\{(\w+)(?::-([^}]*))?\}/g,
    (_, name: string, fallback: string | undefined) => known[name] || (fallback ?? ''),
  );
  const peer = isPeerFile(path.basename(file));
  if (value === '' || (peer && isTheirFolder(value))) return home;
  return path.resolve(folder, value.replace(/^~(?=\/|$)/, env.HOME ?? '~'));
}

const read = (file: string): string => readText(file, untold, { follow: true }) ?? '';

/** JSON is YAML, too. '' when the file says nothing. */
function writtenIn(text: string): string {
  if (text.trimStart().startsWith('{')) {
    try {
      const { dataDir } = JSON.parse(text) as { dataDir?: unknown };
      return typeof dataDir === 'string' ? dataDir : '';
    } catch {
      return '';
    }
  }
  const match = LINE.exec(text);
  return match?.[1] ?? match?.[2] ?? match?.[3] ?? '';
}

function findFile(explicit: string | undefined, env: Environment, cwd: string): string | null {
  if (explicit !== undefined) return path.resolve(cwd, explicit);
  if (env.AO_CONFIG) return path.resolve(cwd, env.AO_CONFIG);
  for (let folder = searchStart(cwd); ; folder = path.dirname(folder)) {
    for (const name of CONFIG_NAMES) {
      const file = path.join(folder, name);
      if (existsSync(file)) return file;
    }
    if (folder === path.dirname(folder)) break;
  }
  return path.join(env.XDG_CONFIG_HOME || path.join(env.HOME ?? '', '.config'), 'ao', 'ao.yaml');
}
