import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type AttackWorld, SECRET } from './attack-world.ts';
import { gitDirOf, type Plant } from './plants.ts';

/** Something an agent puts in git's way so that ao waits for it, or reads or writes where it leads. */
export type Stall = Omit<Plant, 'live'> & {
  /** ao looks there every few seconds only. */
  readonly seenLater?: boolean;
};

/** `path`: below the repository's `.git`, or what the function says. */
const at = (world: AttackWorld, path: string): string => {
  const file = join(world.repo.path, '.git', path);
  mkdirSync(dirname(file), { recursive: true });
  rmSync(file, { recursive: true, force: true });
  return file;
};
const pipe = (path: string): void => void execFileSync('mkfifo', [path]);

/** A file of somebody else's, which nobody may read for the agent or write to. */
export const outsideOf = (world: AttackWorld): string => join(world.path, 'outside');
const outside = (world: AttackWorld): string => {
  writeFileSync(outsideOf(world), `${SECRET}\n`);
  return outsideOf(world);
};
const own = (world: AttackWorld, name: string): string => {
  const path = join(gitDirOf(world), name);
  rmSync(path, { recursive: true, force: true });
  return path;
};
const linked = (name: string, path: string): Stall => ({
  name: `${name} as a link to a file outside`,
  plant: (world) => symlinkSync(outside(world), at(world, path)),
  refused: 'repository',
});
const piped = (name: string, path: string, fast = false): Stall => ({
  name: `${name} as a pipe`,
  plant: (world) => pipe(at(world, path)),
  refused: 'repository',
  fast,
});
/** git itself follows no link there. */
const inTree = (name: string): Stall => ({
  name: `${name} as a link to a file outside`,
  plant(world) {
    rmSync(join(world.tree.path, name), { force: true });
    symlinkSync(outside(world), join(world.tree.path, name));
    // git takes no `.gitmodules` that is a link.
    world.plainGit(world.tree.path, 'add', name);
    world.plainGit(world.tree.path, 'commit', '-qm', name);
  },
});

export const STALLS: readonly Stall[] = [
  piped('a branch', 'refs/heads/other', true),
  piped('packed-refs', 'packed-refs'),
  { ...piped('an object', 'objects/ab/cdef0123456789'), seenLater: true },
  linked('a branch', 'refs/heads/other'),
  linked('the log of the base', 'logs/refs/heads/main'),
  { ...linked('an object', 'objects/ab/cdef0123456789'), seenLater: true },
  linked('objects/info/alternates', 'objects/info/alternates'),
  linked('info/exclude', 'info/exclude'),
  inTree('.gitattributes'),
  inTree('.gitignore'),
  {
    ...inTree('.gitmodules'),
    // git itself takes no such link, and says so; the work stays where it is.
    refusals: {
      diff: 'AO_GIT_FAILED',
      snapshot: 'AO_GIT_FAILED',
      'kill of the session': 'AO_GIT_FAILED',
    },
  },
  {
    name: '.gitattributes as a pipe',
    plant: (world) => pipe(join(world.tree.path, '.gitattributes')),
    refused: 'worktree',
  },
  ...['HEAD', 'index', 'config.worktree'].flatMap((name): readonly Stall[] => [
    {
      name: `the worktree's ${name} as a pipe`,
      plant: (world) => pipe(own(world, name)),
      refused: 'repository',
    },
    {
      name: `the worktree's ${name} as a link to a file outside`,
      plant: (world) => symlinkSync(outside(world), own(world, name)),
      refused: 'repository',
    },
  ]),
  {
    name: 'gitdir of the worktree names another folder',
    plant(world) {
      const victim = join(world.path, 'victim');
      mkdirSync(victim);
      writeFileSync(join(victim, 'precious'), SECRET);
      writeFileSync(own(world, 'gitdir'), `${victim}/.git\n`);
    },
    refused: 'worktree',
    fast: true,
  },
  {
    name: 'commondir of the worktree as a pipe',
    plant: (world) => pipe(own(world, 'commondir')),
    refused: 'repository',
  },
];

/** What nothing that ao does may change. */
export function isUntouched(world: AttackWorld): boolean {
  const victim = join(world.path, 'victim');
  return !existsSync(victim) || existsSync(join(victim, 'precious'));
}
