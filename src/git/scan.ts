import { type Dirent, lstatSync, readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { kindAt } from '../lib/guarded/kind.ts';

/*
 * git opens what is in its directory as it comes: a pipe in the place of a branch makes it wait for ever, in all sessions of the
 * repository, and a link in the place of a log makes it write wherever the link leads. So ao looks before it starts git.
 */

/** git would wait for it, or read it without end. */
export interface Stalling {
  readonly path: string;
  readonly what: string;
}

export interface Scan {
  readonly stalling: Stalling | null;
  /** Links that lead out of the repository, or stand among its objects; relative to the directory that was looked at. */
  readonly links: readonly string[];
}

interface Look {
  /** The directory all links have to stay in, without links itself. */
  readonly root: string;
  readonly links: string[];
}

interface Rules {
  /** Bytes of a file that git reads as a whole. */
  readonly longest: number | null;
  /** With all folders below. */
  readonly deep: boolean;
  /** Which links are named: those that lead out, or all. */
  readonly links: 'leading out' | 'all';
}

/** A branch is one line: git would read a larger file into memory. */
const REF: Rules = { longest: 1 << 20, deep: true, links: 'leading out' };
const LOG: Rules = { longest: null, deep: true, links: 'leading out' };
const OBJECT: Rules = { longest: null, deep: false, links: 'all' };
const PLAIN: Rules = { longest: 64 << 20, deep: false, links: 'leading out' };
/** These are one list of everything. */
const LISTS: ReadonlySet<string> = new Set(['index', 'packed-refs']);
const LONGEST_LIST = 1 << 30;
/** Folders of a checkout that are in git's way while an operation of somebody is under way. */
const OPERATIONS = ['rebase-merge', 'rebase-apply', 'sequencer'];

/** What all checkouts of a repository share, and what it keeps for each. `fanOut`: what is known of folders of objects. */
export function scanCommon(commonDir: string, fanOut: Map<string, string>): Scan {
  const look: Look = { root: realpathSync(commonDir), links: [] };
  const stalling =
    entriesIn(look, join(commonDir, 'refs'), REF) ??
    entriesIn(look, join(commonDir, 'logs'), LOG) ??
    ofCheckout(look, commonDir) ??
    entriesIn(look, join(commonDir, 'info'), PLAIN) ??
    first(['objects', 'objects/info', 'objects/pack'], (each) =>
      entriesIn(look, join(commonDir, each), OBJECT),
    ) ??
    first(folderNames(join(commonDir, 'worktrees')), (each) =>
      ofWorktree(look, join(commonDir, 'worktrees', each)),
    ) ??
    first(fanOutOf(commonDir), (each) => objectsIn(look, join(commonDir, 'objects', each), fanOut));
  return { stalling, links: look.links.map((path) => path.slice(commonDir.length + 1)) };
}

/** What a repository keeps for one worktree alone. */
export function scanWorktree(gitDir: string, commonDir: string): Scan {
  const look: Look = { root: realpathSync(commonDir), links: [] };
  const stalling = ofWorktree(look, gitDir);
  return { stalling, links: look.links.map((path) => path.slice(commonDir.length + 1)) };
}

const ofWorktree = (look: Look, gitDir: string): Stalling | null =>
  ofCheckout(look, gitDir) ??
  entriesIn(look, join(gitDir, 'refs'), REF) ??
  entriesIn(look, join(gitDir, 'logs'), LOG) ??
  entriesIn(look, join(gitDir, 'info'), PLAIN);

const ofCheckout = (look: Look, gitDir: string): Stalling | null =>
  entriesIn(look, gitDir, PLAIN) ??
  first(OPERATIONS, (each) => entriesIn(look, join(gitDir, each), PLAIN));

const fanOutOf = (commonDir: string): readonly string[] =>
  folderNames(join(commonDir, 'objects')).filter((name) => /^[0-9a-f]{2}$/.test(name));

/** A folder changes with each object that comes, so one that is as it was needs no second look. */
function objectsIn(look: Look, folder: string, fanOut: Map<string, string>): Stalling | null {
  const stats = lstatSync(folder, { throwIfNoEntry: false, bigint: true });
  const stamp = `${stats?.ino}:${stats?.ctimeNs}`;
  if (fanOut.get(folder) === stamp) return null;
  const links = look.links.length;
  const stalling = entriesIn(look, folder, OBJECT);
  if (stalling === null && look.links.length === links) fanOut.set(folder, stamp);
  return stalling;
}

/** The first entry that git must not open. Links that it must not follow are added to `look.links`. */
function entriesIn(look: Look, folder: string, rules: Rules): Stalling | null {
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      const found = rules.deep ? entriesIn(look, path, rules) : null;
      if (found !== null) return found;
    } else if (entry.isSymbolicLink()) {
      if (rules.links === 'all' || leadsOut(look.root, path)) look.links.push(path);
      const what = behindLink(path);
      if (what !== null) return { path, what };
    } else if (entry.isFile()) {
      const size = sizeOver(path, entry.name, rules.longest);
      if (size !== null) return { path, what: `${size} bytes long` };
    } else if (!entry.isSocket()) {
      // A socket is an error at once; git's own fsmonitor has one there.
      return { path, what: kindAt(path) };
    }
  }
  return null;
}

function sizeOver(path: string, name: string, longest: number | null): number | null {
  if (longest === null) return null;
  const size = lstatSync(path, { throwIfNoEntry: false })?.size ?? 0;
  return size > (LISTS.has(name) ? LONGEST_LIST : longest) ? size : null;
}

/** A link that leads nowhere, to a folder or a socket is an error at once, where it isn't one that leads out. */
function behindLink(path: string): string | null {
  try {
    const target = statSync(path);
    return target.isFile() || target.isDirectory() || target.isSocket()
      ? null
      : 'a link to a pipe or a device';
  } catch {
    return null;
  }
}

/** Where nothing is yet, git would make a file: what counts then is where that would be. */
function leadsOut(root: string, path: string): boolean {
  try {
    return !isIn(root, realpathSync(path));
  } catch {
    try {
      return !isIn(root, resolve(realpathSync(dirname(path)), readlinkSync(path)));
    } catch {
      return true;
    }
  }
}

const isIn = (root: string, path: string): boolean => path === root || path.startsWith(root + sep);

function first<T>(list: readonly T[], look: (one: T) => Stalling | null): Stalling | null {
  for (const one of list) {
    const found = look(one);
    if (found !== null) return found;
  }
  return null;
}

const folderNames = (folder: string): readonly string[] =>
  entriesOf(folder)
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

/** None where there is no folder: git says of it what is to be said. */
function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
