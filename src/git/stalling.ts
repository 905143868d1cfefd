import { lstatSync, readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { kindAt } from '../lib/guarded/kind.ts';
import { type PluginError, rejected } from '../slots/errors.ts';
import type { Place } from './place.ts';

/*
 * git opens what is in its directory as it comes: a pipe in the place of a branch makes it wait for ever, in all sessions of the
 * repository. So ao looks before it starts git.
 */

/** Folders below the common directory whose files git opens while it looks for something else, with all below them. */
const DEEP = ['refs', 'logs'];
/** The same, without what is below. */
const FLAT = ['', 'info', 'objects/info', 'objects/pack'];
/** A branch is one line: git would read a larger file into memory. */
const LONGEST_REF = 1 << 20;
/** How long a look counts, ms: one operation of ao asks git many times. */
const LOOK = 100;

/** Throws AO_GIT_TAMPERED when git would wait for a file of the repository, or read it without end. */
export type RefuseStalling = (place: Place) => void;

/** The same for what git keeps for one checkout alone. */
export function refuseStallingOwn({ gitDir }: Place): void {
  const found = stallingIn(gitDir);
  if (found !== null) throw refused(found.path, found.what);
}

export function createStallingCheck(now: () => number): RefuseStalling {
  const clean = new Map<string, number>();
  return ({ commonDir, gitDir }) => {
    const before = clean.get(commonDir);
    const isFresh = before !== undefined && now() - before < LOOK;
    const found = stallingIn(gitDir) ?? (isFresh ? null : stallingBelow(commonDir));
    if (found !== null) {
      clean.delete(commonDir);
      throw refused(found.path, found.what);
    }
    if (!isFresh) clean.set(commonDir, now());
  };
}

interface Stalling {
  readonly path: string;
  readonly what: string;
}

function stallingBelow(commonDir: string): Stalling | null {
  for (const folder of DEEP) {
    const found = stallingIn(join(commonDir, folder), folder === 'refs' ? LONGEST_REF : null, true);
    if (found !== null) return found;
  }
  for (const folder of [...FLAT, ...worktreesOf(commonDir)]) {
    const found = stallingIn(join(commonDir, folder));
    if (found !== null) return found;
  }
  return null;
}

function worktreesOf(commonDir: string): readonly string[] {
  return namesIn(join(commonDir, 'worktrees')).map((name) => join('worktrees', name));
}

/** The first entry that git must not open. `longest`: bytes of a file; null: however long. */
function stallingIn(folder: string, longest: number | null = null, deep = false): Stalling | null {
  for (const name of namesIn(folder)) {
    const path = join(folder, name);
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined) continue;
    if (stats.isDirectory()) {
      const found = deep ? stallingIn(path, longest, true) : null;
      if (found !== null) return found;
      continue;
    }
    const what = stalls(path, stats, longest);
    if (what !== null) return { path, what };
  }
  return null;
}

function stalls(path: string, stats: Stats, longest: number | null): string | null {
  const target = stats.isSymbolicLink() ? targetOf(path) : stats;
  // A link that leads nowhere, a folder and a socket (git's own fsmonitor has one there) are errors at once.
  if (target === null || target.isDirectory() || target.isSocket()) return null;
  if (!target.isFile())
    return stats.isSymbolicLink() ? 'a link to a pipe or a device' : kindAt(path);
  return longest !== null && target.size > longest ? `${target.size} bytes long` : null;
}

function targetOf(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}

/** None where there is no folder: git says of it what is to be said. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

const refused = (path: string, what: string): PluginError =>
  rejected(
    'AO_GIT_TAMPERED',
    `${path} is ${what}: git would wait for it, or read it without end, so ao runs no git in this repository. Nothing was deleted. Remove it, or put the file back.`,
    { mendable: true },
  );
