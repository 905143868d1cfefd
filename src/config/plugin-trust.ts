import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { readOwnFile } from '../lib/guarded/own-file.ts';
import { FileRefused } from '../lib/guarded/problem.ts';
import { readGuarded } from '../lib/guarded/read.ts';
import { isRecord } from '../lib/is-record.ts';
import { writeJsonFile } from '../lib/json-file.ts';
import { type ExternalEntry, entryFile } from './external-plugins.ts';
import type { Environment } from './source-document.ts';

/** Whose plugins are loaded: those of files the operator confirmed, or of every file (a container has no other). */
export type PluginTrust =
  | { readonly type: 'all' }
  | { readonly type: 'confirmed'; readonly store: string };

const FILE = 'trusted-plugins.json';

/**
 * Where confirmed files are noted: in the data directory that the command line or the environment names, else `~/.ao`. Never in
 * one that a configuration names: a checkout could bring both.
 */
export function confirmedIn(
  env: Environment,
  dataDir: string | undefined,
  cwd: string,
): PluginTrust & { readonly type: 'confirmed' } {
  const folder = dataDir ?? env.AO_DATA_DIR ?? path.join(env.HOME ?? '', '.ao');
  return { type: 'confirmed', store: path.join(path.resolve(cwd, folder), FILE) };
}

/** The operator confirmed the plugins of this file, and they are the same: the same names, the same code where they begin. */
export function isTrusted(
  trust: PluginTrust,
  file: string,
  entries: readonly ExternalEntry[],
): boolean {
  if (trust.type === 'all') return true;
  return confirmed(trust.store)[file] === printOf(file, entries);
}

/** Notes that the operator confirmed them. Throws what the system says when it can't be written. */
export function trustPlugins(store: string, file: string, entries: readonly ExternalEntry[]): void {
  // Before the first start there is no data directory yet.
  mkdirSync(path.dirname(store), { recursive: true, mode: 0o700 });
  writeJsonFile(store, { ...confirmed(store), [file]: printOf(file, entries) });
}

/** Says which plugins of the file wait for the operator, and how they are confirmed. */
export const untrustedWords = (file: string, untrusted: readonly string[]): string =>
  `${file} names ${untrusted.length === 1 ? 'a plugin' : 'plugins'} that you have not confirmed: ${untrusted.join(', ')}. A plugin is code with all rights of ao. If you trust ${untrusted.length === 1 ? 'it' : 'them'}: ao plugin trust --config ${file}`;

/** A store that isn't ao's own confirms nothing. */
function confirmed(store: string): Readonly<Record<string, unknown>> {
  try {
    const known: unknown = JSON.parse(readOwnFile(store) ?? '{}');
    return isRecord(known) ? known : {};
  } catch (error) {
    if (error instanceof FileRefused || error instanceof SyntaxError) return {};
    throw error;
  }
}

function printOf(file: string, entries: readonly ExternalEntry[]): string {
  const hash = createHash('sha256');
  for (const entry of entries) {
    const found = entryFile(entry, path.dirname(file));
    const code = found.ok ? readGuarded(found.value, { follow: true }) : null;
    hash.update(JSON.stringify([entry.package ?? null, entry.path ?? null]));
    hash.update(code?.type === 'content' ? code.bytes : '');
  }
  return hash.digest('hex');
}
