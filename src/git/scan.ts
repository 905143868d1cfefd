import { lstatSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { kindAt } from '../lib/guarded/kind.ts';
import { createFolders, type Folders } from './folders.ts';

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
  /** Links that lead out of the repository, or stand among its objects; relative to the common directory. */
  readonly links: readonly string[];
}

export interface Scanner {
  /** What all checkouts share, and what the repository keeps for each. The same object as long as nothing changed. */
  common(): Scan;
  /** What it keeps for one worktree alone. */
  worktree(gitDir: string): Scan;
}

interface Look {
  readonly folders: Folders;
  /** The directory all links have to stay in, without links itself. */
  readonly root: string;
  readonly links: string[];
}

interface Rules {
  /** Bytes of a file that git reads as a whole. */
  readonly longest: (name: string) => number | null;
  /** With all folders below. */
  readonly deep: boolean;
  /** Which links are named: those that lead out, or all. */
  readonly links: 'leading out' | 'all';
}

const MEBI = 1 << 20;
const any = (): null => null;
/** A branch is one line: git would read a larger file into memory. */
const REF: Rules = { longest: () => MEBI, deep: true, links: 'leading out' };
const LOG: Rules = { longest: any, deep: true, links: 'leading out' };
const OBJECT: Rules = { longest: any, deep: false, links: 'all' };
const INFO: Rules = { longest: () => 64 * MEBI, deep: false, links: 'leading out' };
/** What git reads whatever it is asked; some are one list of everything. */
const LONGEST = new Map([
  ['HEAD', MEBI],
  ['shallow', 64 * MEBI],
  ['index', 1024 * MEBI],
  ['packed-refs', 1024 * MEBI],
]);
const TOP: Rules = {
  longest: (name) => LONGEST.get(name) ?? null,
  deep: false,
  links: 'leading out',
};
/** Folders that git keeps for a checkout. The last three are there while an operation of somebody is under way. */
const IN_CHECKOUT = new Map([
  ['refs', REF],
  ['logs', LOG],
  ['info', INFO],
  ['rebase-merge', LOG],
  ['rebase-apply', LOG],
  ['sequencer', LOG],
]);

/** The single objects of a repository lie in 256 folders: they are looked at this often, ms. */
const OBJECTS_LOOK = 5_000;

/** `now`: a clock in milliseconds that is never set back. */
export function createScanner(commonDir: string, now: () => number): Scanner {
  const folders = createFolders();
  let objects: { readonly at: number; readonly scan: Scan } | null = null;
  let last: { readonly changes: number; readonly scan: Scan } | null = null;
  const lookFrom = (what: (look: Look) => Stalling | null): Scan => {
    const look: Look = { folders, root: realpathSync(commonDir), links: [] };
    const stalling = what(look);
    return { stalling, links: look.links.map((path) => path.slice(commonDir.length + 1)) };
  };
  return {
    common() {
      if (objects === null || objects.scan.stalling !== null || now() - objects.at >= OBJECTS_LOOK)
        objects = { at: now(), scan: lookFrom((look) => ofObjects(look, commonDir)) };
      const rest = lookFrom((look) => ofRepository(look, commonDir));
      const scan = {
        stalling: rest.stalling ?? objects.scan.stalling,
        links: [...rest.links, ...objects.scan.links],
      };
      const { changes } = folders;
      if (last?.changes === changes && isSame(last.scan, scan)) return last.scan;
      last = { changes, scan };
      return scan;
    },
    worktree: (gitDir) => lookFrom((look) => ofCheckout(look, gitDir)),
  };
}

const isSame = (a: Scan, b: Scan): boolean =>
  a.stalling?.path === b.stalling?.path && a.links.join('\0') === b.links.join('\0');

function ofRepository(look: Look, commonDir: string): Stalling | null {
  const { folders } = look;
  const worktrees = join(commonDir, 'worktrees');
  const objects = join(commonDir, 'objects');
  return (
    ofCheckout(look, commonDir) ??
    first(folders.at(worktrees).folders, (each) => ofCheckout(look, join(worktrees, each))) ??
    first(['', 'info', 'pack'], (each) => entriesIn(look, join(objects, each), OBJECT))
  );
}

function ofObjects(look: Look, commonDir: string): Stalling | null {
  const objects = join(commonDir, 'objects');
  return first(
    look.folders.at(objects).folders.filter((name) => /^[0-9a-f]{2}$/.test(name)),
    (each) => entriesIn(look, join(objects, each), OBJECT),
  );
}

const ofCheckout = (look: Look, gitDir: string): Stalling | null =>
  entriesIn(look, gitDir, TOP) ??
  first(look.folders.at(gitDir).folders, (name) => {
    const rules = IN_CHECKOUT.get(name);
    return rules === undefined ? null : entriesIn(look, join(gitDir, name), rules);
  });

/** The first entry that git must not open. Links that it must not follow are added to `look.links`. */
function entriesIn(look: Look, folder: string, rules: Rules): Stalling | null {
  const found = look.folders.at(folder);
  const [waits] = found.waits;
  if (waits !== undefined) return { path: join(folder, waits), what: kindAt(join(folder, waits)) };
  for (const name of found.links) {
    const path = join(folder, name);
    if (rules.links === 'all' || leadsOut(look.root, path)) look.links.push(path);
    const what = behindLink(path);
    if (what !== null) return { path, what };
  }
  for (const name of found.files) {
    const size = sizeOver(join(folder, name), rules.longest(name));
    if (size !== null) return { path: join(folder, name), what: `${size} bytes long` };
  }
  return rules.deep
    ? first(found.folders, (name) => entriesIn(look, join(folder, name), rules))
    : null;
}

function sizeOver(path: string, longest: number | null): number | null {
  if (longest === null) return null;
  const size = lstatSync(path, { throwIfNoEntry: false })?.size ?? 0;
  return size > longest ? size : null;
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
