import { opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { kindAt } from '../lib/guarded/kind.ts';
import { type PluginError, rejected } from '../slots/errors.ts';

/** Files that git reads in each folder of a checkout it goes through, also where they aren't known to it. */
const READ = ['.gitattributes', '.gitignore', '.gitmodules'];
/** So many names are looked at. */
const NAMES = 500_000;
/** Kinds git would wait for. Anything else is an error at once, or ignored. */
const WAITS: ReadonlySet<string> = new Set(['a named pipe', 'a device']);

/** Those at the top, which are looked at before each call. Throws AO_GIT_TAMPERED. */
export function refuseWaiting(workTree: string): void {
  for (const name of READ) {
    const path = join(workTree, name);
    if (WAITS.has(kindAt(path))) throw waits(path);
  }
}

/** Goes through the checkout for the one that a call waits for, which seems to take long. Null: there is none. */
export async function findWaiting(workTree: string, signal: AbortSignal): Promise<string | null> {
  const folders = [workTree];
  let looked = 0;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    try {
      for await (const entry of await opendir(folder)) {
        looked += 1;
        if (signal.aborted || looked > NAMES) return null;
        const path = join(folder, entry.name);
        if (entry.isDirectory() && entry.name !== '.git') folders.push(path);
        else if (READ.includes(entry.name) && WAITS.has(kindAt(path))) return path;
      }
    } catch {
      // Gone meanwhile, or closed to ao, and so to git.
    }
  }
  return null;
}

export const waits = (path: string): PluginError =>
  rejected(
    'AO_GIT_TAMPERED',
    `${path} is ${kindAt(path)}: git would wait for it, so ao runs no git on the files there. Nothing was deleted. Remove it, or put the file back.`,
    { mendable: true },
  );
