import { chmodSync, type Dirent, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Something in the data directory that other users of the machine may read, write or enter. */
export interface OpenPath {
  readonly path: string;
  /** What it ought to have. */
  readonly mode: 0o600 | 0o700;
}

/** Bits that let anybody but the owner in. */
const OTHERS = 0o077;
/** Folders whose files are ao's own, looked at too; what is in the others (repositories, worktrees) is closed by their folder. */
const OWN_FOLDERS: ReadonlySet<string> = new Set(['charts', 'files', 'log', 'logs', 'tmp']);

/** Files ao makes itself. What else a person keeps in a folder that is closed is their own matter. */
const OWN_FILE = /^(ao\.db|bot\.|audit-heads|token|proxy-token)/;

/**
 * Everything of a data directory that others could get at: the folder, what lies in it, and the files of ao's own folders. Links are
 * left alone. An entry that is gone meanwhile isn't open. Throws when the folder can't be read.
 */
export function openPaths(dataDir: string): readonly OpenPath[] {
  const folder = openOne(dataDir, true);
  const wanted = (entry: Dirent): boolean =>
    folder.length > 0 || entry.isDirectory() || OWN_FILE.test(entry.name);
  const entries = readdirSync(dataDir, { withFileTypes: true }).filter(wanted);
  return [
    ...folder,
    ...entries.flatMap((entry) => [
      ...openEntry(dataDir, entry),
      ...(entry.isDirectory() && OWN_FOLDERS.has(entry.name)
        ? readdirSync(join(dataDir, entry.name), { withFileTypes: true }).flatMap((inner) =>
            openEntry(join(dataDir, entry.name), inner),
          )
        : []),
    ]),
  ];
}

const openEntry = (folder: string, entry: Dirent): readonly OpenPath[] =>
  entry.isDirectory() || entry.isFile()
    ? openOne(join(folder, entry.name), entry.isDirectory())
    : [];

function openOne(path: string, isFolder: boolean): readonly OpenPath[] {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found === undefined || (found.mode & OTHERS) === 0
    ? []
    : [{ path, mode: isFolder ? 0o700 : 0o600 }];
}

/** Closes the data directory to everybody but its owner; returns what could not be closed, because it is somebody else's. */
export function closeToOthers(dataDir: string): readonly OpenPath[] {
  return openPaths(dataDir).filter(({ path, mode }) => {
    try {
      chmodSync(path, mode);
      return false;
    } catch {
      // Gone meanwhile, or not ours: only the latter is told.
      return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
    }
  });
}
