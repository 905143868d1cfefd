import { lstat, mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Git } from '../../../src/git/git.ts';
import { gitFailed } from '../../../src/git/run-git.ts';
import { reasonOf } from '../../../src/git/submodules/declared.ts';
import { untold } from '../../../src/lib/guarded/problem.ts';
import { readText } from '../../../src/lib/guarded/read.ts';
import { rejected } from '../../../src/slots/errors.ts';
import { refuseDiverged } from './fetch-branch.ts';
import { isPartialClone, PARTIAL } from './partial-clone.ts';
import { checkRepository, resolveCommit } from './repository.ts';

export interface NewWorktree {
  readonly repo: string;
  readonly path: string;
  readonly branch: string;
  /** Commit the branch is made at when it doesn't exist; null: it exists. */
  readonly at: string | null;
}

/**
 * Registers the worktree and makes the branch; no files yet, so the caller's lock on the repository is held for
 * milliseconds. `--no-track`: a new branch then writes nothing to `.git/config`, whose lock git does not wait for.
 */
export async function addWorktree(git: Git, input: NewWorktree): Promise<void> {
  await add(
    git,
    input,
    input.at === null
      ? ['--', input.path, input.branch]
      : ['--no-track', '-b', input.branch, '--', input.path, input.at],
  );
}

/** The same on no branch, at a commit. */
export async function addDetached(
  git: Git,
  { repo, path, at }: Pick<NewWorktree, 'repo' | 'path'> & { readonly at: string },
): Promise<void> {
  await add(git, { repo, path, branch: at, at: null }, ['--detach', '--', path, at]);
}

async function add(git: Git, input: NewWorktree, target: readonly string[]): Promise<void> {
  await mkdir(dirname(input.path), { recursive: true, mode: 0o700 });
  const args = ['worktree', 'add', '--quiet', '--no-checkout', ...target];
  const first = await git.attempt(input.repo, args);
  if (first.ok) return;
  await explain(git, input, first.stderr);
  // Registered, but its folder is gone. Not `prune`: that would take the user's worktrees on unmounted disks too.
  if (!/missing but already registered/.test(first.stderr)) throw gitFailed(args, first.stderr);
  await git(input.repo, ['worktree', 'remove', '--force', '--', input.path]);
  await git(input.repo, args);
}

async function explain(git: Git, input: NewWorktree, stderr: string): Promise<void> {
  const { path, branch, repo } = input;
  if (await isTaken(path))
    throw rejected(
      'AO_WORKSPACE_PATH_TAKEN',
      `${path} exists already and is not a workspace of ao. Move or remove it, then try again.`,
    );
  if (/dubious ownership/.test(stderr)) await checkRepository(git, repo);
  if (/not a valid branch name/.test(stderr))
    throw rejected('AO_WORKSPACE_BRANCH_NAME', `"${branch}" is not a valid branch name.`);
  const inTheWay = /'refs\/heads\/(.+?)' exists; cannot create/.exec(stderr)?.[1];
  if (inTheWay !== undefined)
    throw rejected(
      'AO_WORKSPACE_BRANCH_CONFLICT',
      `git can't have a branch ${branch} beside ${inTheWay}: one name is a folder of the other. Rename ${inTheWay} (git branch -m), or choose another name.`,
    );
  const used = /already (?:checked out|used by worktree) at '(.*)'/.exec(stderr);
  if (used)
    throw rejected(
      'AO_WORKSPACE_BRANCH_IN_USE',
      `Branch ${branch} is checked out at ${used[1]}. Switch that checkout to another branch, then try again.`,
    );
  if (
    input.at !== null &&
    (await git.attempt(repo, ['show-ref', '--verify', '--quiet', `refs/heads/${branch}`])).ok
  ) {
    throw rejected(
      'AO_WORKSPACE_BRANCH_EXISTS',
      `Branch ${branch} exists already in ${repo}. Delete it (git branch -D ${branch}), adopt its pull request, or choose another name.`,
    );
  }
}

export async function isTaken(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => null);
  if (!found) return false;
  return !found.isDirectory() || (await readdir(path)).length > 0;
}

/** Where a branch that may exist already is taken from: itself, what was fetched for it, the remote's one of that name, or the base. */
export async function reusedBranchStart(
  git: Git,
  repo: string,
  input: { readonly branch: string; readonly baseSha: string; readonly fetched: string | null },
): Promise<{ at: string | null; baseSha: string }> {
  const { branch, baseSha, fetched } = input;
  const local = await git.attempt(repo, [
    'rev-parse',
    '--verify',
    '--quiet',
    `refs/heads/${branch}^{commit}`,
  ]);
  if (local.ok && fetched !== null)
    await refuseDiverged(git, repo, { branch, local: local.stdout, fetched });
  const head = local.ok
    ? local.stdout
    : (fetched ?? (await resolveCommit(git, repo, `refs/remotes/origin/${branch}`)));
  if (head === null) return { at: baseSha, baseSha };
  const left = await git.attempt(repo, ['merge-base', baseSha, fetched ?? head]);
  return { at: local.ok ? null : head, baseSha: left.ok ? left.stdout : baseSha };
}

/**
 * Writes the files of `tree` and the index, several writers at once. Files in Git LFS that can't be had stay pointers; returned is what
 * to say of it.
 */
export async function checkOut(
  git: Git,
  path: string,
  tree: string,
  workers: number,
): Promise<readonly string[]> {
  const args = [
    '-c',
    `checkout.workers=${workers}`,
    '-c',
    'checkout.thresholdForParallelism=100',
    'read-tree',
    '--reset',
    '-u',
    tree,
  ];
  const done = await git.attempt(path, args);
  if (done.ok) return pointersLeft(git, path);
  if (/cannot read object|unable to read/.test(done.stderr) && isPartialClone(path))
    throw rejected('AO_WORKSPACE_PARTIAL_CLONE', `Files of ${tree} are not here. ${PARTIAL}`);
  if (!/git-lfs|filter '?lfs'? failed|smudge filter lfs/.test(done.stderr))
    throw gitFailed(args, done.stderr);
  await git(path, args, { env: { GIT_LFS_SKIP_SMUDGE: '1' } });
  return [
    `Files in Git LFS are pointers in this worktree, because their content could not be had: ${reasonOf(done.stderr)}. "git lfs pull" in it tries again.`,
  ];
}

/** Without git-lfs git itself writes the pointers, and says nothing. */
async function pointersLeft(git: Git, path: string): Promise<readonly string[]> {
  const attributes = readText(join(path, '.gitattributes'), untold, { max: 1 << 20 });
  if (attributes === null || !/^[^#\n]*\bfilter=lfs\b/m.test(attributes)) return [];
  const filter = await git.attempt(path, [
    'config',
    '--get-regexp',
    '^filter\\.lfs\\.(process|smudge)$',
  ]);
  return filter.ok
    ? []
    : [
        'Files in Git LFS are pointers in this worktree, because git-lfs is not set up. Install it and run "git lfs install", then "git lfs pull" in the worktree.',
      ];
}
