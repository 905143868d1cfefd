import { existsSync, mkdirSync, readdirSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { z } from 'zod';
import type { Git } from '../../../src/git/git.ts';
import { kindAt } from '../../../src/lib/guarded/kind.ts';
import { untold } from '../../../src/lib/guarded/problem.ts';
import { readSmallText } from '../../../src/lib/guarded/read.ts';
import { replaceFile } from '../../../src/lib/guarded/write.ts';
import { readJsonFile, writeJsonFile } from '../../../src/lib/json-file.ts';
import { rejected } from '../../../src/slots/errors.ts';

/*
 * Submodules of a worktree have their git directories in the worktree's own one, `<gitDir>/modules`, and go with it. So they are moved
 * out before the worktree is removed, whole: commits that were pushed nowhere, branches, stashes. Their files are in a snapshot in
 * each of them.
 */

const keptSchema = z.object({
  modules: z.array(
    z.object({
      /** Of the submodule's folder, relative to the worktree. */
      path: z.string(),
      /** Of its git directory, relative to `modules`. */
      gitDir: z.string(),
      /** What its `.git` said. */
      pointer: z.string(),
      ref: z.string(),
      index: z.string(),
    }),
  ),
});
export type KeptModule = z.infer<typeof keptSchema>['modules'][number];

const LIST = 'ao-modules.json';
const folderOf = (commonDir: string, ref: string): string =>
  join(commonDir, 'ao-modules', ...ref.split('/').slice(-2));

/** What lies where the index has a submodule. */
export type Occupant =
  | { readonly type: 'nothing' }
  | { readonly type: 'module'; readonly gitDir: string; readonly pointer: string }
  /** A repository whose git directory isn't the worktree's to keep. */
  | { readonly type: 'repository' }
  /** Files, and no repository that could hold them. */
  | { readonly type: 'files' };

/** `gitDir`: the worktree's own, or that of the submodule around it. */
export function occupantOf(path: string, gitDir: string): Occupant {
  switch (kindAt(path)) {
    case 'none':
    case 'a regular file':
    case 'a symbolic link':
    case 'a named pipe':
    case 'a socket':
    case 'a device':
    case 'of an unknown kind':
      return { type: 'nothing' };
    case 'a folder':
  }
  switch (kindAt(join(path, '.git'))) {
    case 'none':
      return readdirSync(path).length === 0 ? { type: 'nothing' } : { type: 'files' };
    case 'a regular file': {
      const pointer = readSmallText(join(path, '.git')) ?? '';
      const target = /^gitdir: ([^\n]+)\n*$/.exec(pointer)?.[1];
      const found = target === undefined ? null : resolve(path, target);
      return found !== null && isBelow(join(gitDir, 'modules'), found)
        ? { type: 'module', gitDir: realpathSync(found), pointer }
        : { type: 'repository' };
    }
    case 'a folder':
    case 'a symbolic link':
    case 'a named pipe':
    case 'a socket':
    case 'a device':
    case 'of an unknown kind':
      return { type: 'repository' };
  }
}

function isBelow(folder: string, path: string): boolean {
  if (!existsSync(folder) || kindAt(path) !== 'a folder') return false;
  return realpathSync(path).startsWith(realpathSync(folder) + sep);
}

/** Moves the submodules' git directories out of the worktree's, to where the snapshot `ref` finds them. No files are touched. */
export function keepModules(
  commonDir: string,
  gitDir: string,
  ref: string,
  modules: readonly KeptModule[],
): void {
  if (kindAt(join(gitDir, 'modules')) !== 'a folder') return;
  const folder = folderOf(commonDir, ref);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeJsonFile(join(folder, LIST), { modules });
  renameSync(join(gitDir, 'modules'), join(folder, 'modules'));
}

/** The worktree stayed after all: takes back what `keepModules` did. */
export function returnModules(commonDir: string, gitDir: string, ref: string): void {
  const folder = folderOf(commonDir, ref);
  if (kindAt(gitDir) !== 'a folder' || kindAt(join(folder, 'modules')) !== 'a folder') return;
  renameSync(join(folder, 'modules'), join(gitDir, 'modules'));
  rmSync(folder, { recursive: true, force: true });
}

/** False: `areKept` need not be asked for any snapshot of the session. */
export const mayBeKept = (commonDir: string, gitDir: string, id: string): boolean =>
  kindAt(join(gitDir, 'modules')) === 'none' &&
  kindAt(join(commonDir, 'ao-modules', id)) === 'a folder';

/** True: a removal was cut off after it had moved them out, so the snapshot `ref` is whole. */
export const areKept = (commonDir: string, gitDir: string, ref: string): boolean =>
  kindAt(join(gitDir, 'modules')) === 'none' &&
  kindAt(join(folderOf(commonDir, ref), 'modules')) === 'a folder';

/** Puts back what `keepModules` moved out, with the files as they were. May be repeated. */
export async function putBackModules(
  git: Git,
  at: {
    readonly commonDir: string;
    readonly gitDir: string;
    readonly path: string;
    readonly ref: string;
  },
): Promise<void> {
  const folder = folderOf(at.commonDir, at.ref);
  const list = keptSchema.safeParse(readJsonFile(join(folder, LIST), untold));
  if (!list.success) return;
  const target = join(at.gitDir, 'modules');
  if (kindAt(join(folder, 'modules')) === 'a folder') {
    if (kindAt(target) !== 'none')
      throw rejected(
        'AO_WORKSPACE_MODULES',
        `The submodules of ${at.path} were not brought back: ${target} is there already. They are kept in ${folder}.`,
      );
    renameSync(join(folder, 'modules'), target);
  }
  for (const module of list.data.modules) await fillModule(git, at, module);
  rmSync(folder, { recursive: true, force: true });
}

async function fillModule(
  git: Git,
  at: { readonly gitDir: string; readonly path: string },
  module: KeptModule,
): Promise<void> {
  const path = inside(at.path, module.path);
  const gitDir = inside(join(at.gitDir, 'modules'), module.gitDir);
  mkdirSync(path, { recursive: true });
  const target = /^gitdir: ([^\n]+)\n*$/.exec(module.pointer)?.[1] ?? '';
  const before = isAbsolute(target) ? target : resolve(path, target);
  replaceFile(join(path, '.git'), before === gitDir ? module.pointer : `gitdir: ${gitDir}\n`);
  await git(path, ['read-tree', '--reset', '-u', module.ref], { pin: true });
  await git(path, ['read-tree', '--reset', module.index]);
  await git.attempt(path, ['update-index', '-q', '--refresh']);
}

/** The list lies where an agent can write. */
function inside(folder: string, path: string): string {
  const full = resolve(folder, path);
  if (relative(folder, full).startsWith('..') || full === folder || !isRealBelow(folder, full))
    throw rejected(
      'AO_WORKSPACE_MODULES',
      `The submodule ${path} was not brought back: its path leads out of ${folder}.`,
    );
  return full;
}

/** No link on the way, as far as the way is there. */
function isRealBelow(folder: string, full: string): boolean {
  let nearest = full;
  while (!existsSync(nearest)) nearest = dirname(nearest);
  return nearest === folder || realpathSync(nearest).startsWith(realpathSync(folder));
}

/** Those that belong to snapshots which nobody will ask for any more. */
export function dropModules(commonDir: string, refs: readonly string[]): void {
  for (const ref of refs) rmSync(folderOf(commonDir, ref), { recursive: true, force: true });
}
