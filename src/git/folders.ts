import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { kindAt } from '../lib/guarded/kind.ts';

/** What lies in a folder, by kinds. Names. */
export interface Folder {
  readonly folders: readonly string[];
  readonly files: readonly string[];
  readonly links: readonly string[];
  /** A pipe, a device: whoever opens it waits. A socket is an error at once, and is nothing here. */
  readonly waits: readonly string[];
}

export interface Folders {
  /** Empty where there is no folder, or a link to one: git says of it what is to be said. */
  at(path: string): Folder;
  /** Grows with each folder that was not as it was the last time. */
  readonly changes: number;
}

const NOTHING: Folder = { folders: [], files: [], links: [], waits: [] };
/** Within this time, ms, of its last change a folder can change again without another time stamp. */
const TICK = 50;

/**
 * Lists of folders that are read again only when the folder changed. No entry of it becomes another kind of thing without that: its
 * place has to be made free first. What a file contains is another matter.
 */
export function createFolders(): Folders {
  const known = new Map<string, { readonly stamp: string; readonly folder: Folder }>();
  let changes = 0;
  return {
    get changes() {
      return changes;
    },
    at(path) {
      const stats = lstatSync(path, { throwIfNoEntry: false });
      if (!stats?.isDirectory() && known.get(path) === undefined) return NOTHING;
      const stamp = stats === undefined ? 'none' : `${stats.dev} ${stats.ino} ${stats.ctimeMs}`;
      const before = known.get(path);
      if (before?.stamp === stamp) return before.folder;
      changes += 1;
      if (!stats?.isDirectory()) {
        known.delete(path);
        return NOTHING;
      }
      const folder = listed(path);
      if (Date.now() - stats.ctimeMs > TICK) known.set(path, { stamp, folder });
      else known.delete(path);
      return folder;
    },
  };
}

function listed(path: string): Folder {
  const found = {
    folders: [] as string[],
    files: [] as string[],
    links: [] as string[],
    waits: [] as string[],
  };
  for (const entry of entriesOf(path)) {
    if (entry.isDirectory()) found.folders.push(entry.name);
    else if (entry.isFile()) found.files.push(entry.name);
    else if (entry.isSymbolicLink()) found.links.push(entry.name);
    else if (
      ['a named pipe', 'a device', 'of an unknown kind'].includes(kindAt(join(path, entry.name)))
    )
      found.waits.push(entry.name);
  }
  return found;
}

function entriesOf(path: string) {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch {
    return [];
  }
}
