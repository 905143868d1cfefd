import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { kindAt, stampOf } from '../lib/guarded/kind.ts';
import { FileRefused, untold } from '../lib/guarded/problem.ts';
import { readSmallText } from '../lib/guarded/read.ts';
import { readJsonFile, writeJsonFile } from '../lib/json-file.ts';
import { type PluginError, rejected } from '../slots/errors.ts';

/*
 * Which git directory belongs to a checkout is written down when ao first sees the checkout, for a session's before an agent is in
 * it. From then on ao's record counts, and what the checkout says must agree with it.
 */

/** A checkout, and the folders that git keeps for it. All paths absolute. */
export interface Place {
  readonly workTree: string;
  /** The worktree's own: `<common>/worktrees/<name>`; the main checkout's: the common one. */
  readonly gitDir: string;
  readonly commonDir: string;
  /** What the checkout's `.git` is: a folder (null), or a file with this text. */
  readonly pointer: string | null;
  /** What git's own note of the worktree says of where it is; git prunes one that names no folder. Absent in older notes of ao's. */
  readonly back?: string | null;
}

export interface Places {
  /** Null: no checkout begins at this folder. Throws AO_GIT_TAMPERED when the checkout no longer is what ao wrote down. */
  find(folder: string): Place | null;
  /** Reads the checkout anew; for one that ao just made. */
  pin(folder: string): void;
  forget(folder: string): void;
}

export function createPlaces(stateDir: string): Places {
  const known = new Map<string, { readonly place: Place; readonly stamp: string }>();
  const fileOf = (folder: string): string =>
    join(
      stateDir,
      'places',
      `${createHash('sha256').update(folder).digest('hex').slice(0, 32)}.json`,
    );
  const save = (folder: string, place: Place): Place => {
    mkdirSync(join(stateDir, 'places'), { recursive: true, mode: 0o700 });
    writeJsonFile(fileOf(folder), place);
    return place;
  };
  const forget = (folder: string): void => {
    known.delete(folder);
    rmSync(fileOf(folder), { force: true });
  };
  const recorded = (folder: string): Place | null => {
    const place = readJsonFile(fileOf(folder), untold) as Place | null;
    return place?.workTree === folder ? place : null;
  };
  return {
    find(folder) {
      const before = known.get(folder);
      if (before !== undefined && before.stamp === stampOfPlace(before.place)) return before.place;
      const written = before?.place ?? recorded(folder);
      if (written !== null && kindAt(folder) === 'none') {
        forget(folder);
        return null;
      }
      if (written !== null) verify(written);
      const place = written ?? discover(folder);
      if (place === null) return null;
      if (written === null) save(folder, place);
      known.set(folder, { place, stamp: stampOfPlace(place) });
      return place;
    },
    pin(folder) {
      forget(folder);
      const place = discover(folder);
      if (place !== null) save(folder, place);
    },
    forget,
  };
}

const stampOfPlace = ({ workTree, gitDir, commonDir }: Place): string =>
  [
    stampOf(join(workTree, '.git')),
    ...(gitDir === commonDir
      ? []
      : ['commondir', 'gitdir'].map((name) => stampOf(join(gitDir, name)))),
    // Of the folders only that they are the same: their content comes and goes.
    inodeOf(gitDir),
    inodeOf(commonDir),
  ].join(' ');

function inodeOf(folder: string): string {
  const stats = statSync(folder, { throwIfNoEntry: false, bigint: true });
  return `${kindAt(folder)}:${stats?.ino}`;
}

/** From the checkout itself. */
function discover(folder: string): Place | null {
  const dotGit = join(folder, '.git');
  switch (kindAt(dotGit)) {
    case 'a folder':
    case 'a symbolic link': {
      const stats = statSync(dotGit, { throwIfNoEntry: false });
      if (stats?.isDirectory()) return complete(folder, realpathSync(dotGit), null);
      return stats?.isFile() ? fromPointer(folder, realpathSync(dotGit)) : null;
    }
    case 'a regular file':
      return fromPointer(folder, dotGit);
    case 'none':
    case 'a named pipe':
    case 'a socket':
    case 'a device':
    case 'of an unknown kind':
      return null;
  }
}

function fromPointer(folder: string, file: string): Place | null {
  const pointer = readSmallText(file) ?? '';
  const target = /^gitdir: ([^\n]+)\n*$/.exec(pointer)?.[1];
  if (target === undefined) return null;
  const gitDir = resolve(dirname(file), target);
  return kindAt(gitDir) === 'a folder' ? complete(folder, realpathSync(gitDir), pointer) : null;
}

function complete(workTree: string, gitDir: string, pointer: string | null): Place | null {
  const common = readSmallText(join(gitDir, 'commondir'));
  const commonDir = common === null ? gitDir : resolve(gitDir, common.replace(/\n$/, ''));
  if (kindAt(join(commonDir, 'objects')) === 'none') return null;
  const back = common === null ? null : readSmallText(join(gitDir, 'gitdir'));
  return { workTree, gitDir, commonDir: realpathSync(commonDir), pointer, back };
}

/** The checkout still is what ao wrote down. Nothing of it is followed to find out. */
function verify(place: Place): void {
  const dotGit = join(place.workTree, '.git');
  try {
    if (place.pointer !== null && kindAt(dotGit) !== 'a symbolic link') {
      const pointer = readSmallText(dotGit);
      if (pointer !== place.pointer)
        throw tampered(place, pointer === null ? 'is gone' : 'names another git folder');
    } else if (realOf(dotGit) !== realOf(place.gitDir) && place.pointer === null) {
      throw tampered(place, 'is another folder');
    } else if (place.pointer !== null) throw tampered(place, 'is a link');
    if (place.gitDir === place.commonDir) {
      if (kindAt(join(place.gitDir, 'commondir')) !== 'none')
        throw tampered(place, 'names another repository');
      return;
    }
    const common = readSmallText(join(place.gitDir, 'commondir'))?.replace(/\n$/, '');
    if (common === undefined || realOf(resolve(place.gitDir, common)) !== place.commonDir)
      throw tampered(place, 'names another repository');
    const back = join(place.gitDir, 'gitdir');
    if (place.back !== undefined && readSmallText(back) !== place.back) throw turned(place, back);
  } catch (error) {
    if (error instanceof FileRefused) throw tampered(place, `is ${error.problem.found}`);
    throw error;
  }
}

function realOf(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

const turned = ({ workTree, back }: Place, file: string): PluginError =>
  rejected(
    'AO_GIT_TAMPERED',
    `${file} no longer names ${workTree}, so ao runs no git there. Nothing was deleted. To mend it: echo "${back?.trim()}" > "${file}"`,
    { mendable: true },
  );

function tampered({ workTree, gitDir, commonDir, pointer }: Place, what: string): PluginError {
  const branch = pointer === null ? '' : ` Its branch is in ${commonDir}, and`;
  return rejected(
    'AO_GIT_TAMPERED',
    `The .git of ${workTree} ${what}, so ao runs no git there. Nothing was deleted:${branch} its files are in that folder. To mend it: rm -rf "${join(workTree, '.git')}"${
      pointer === null
        ? `, then put ${gitDir} back in its place`
        : ` && echo "${pointer.trim()}" > "${join(workTree, '.git')}"`
    }`,
    { mendable: true },
  );
}
