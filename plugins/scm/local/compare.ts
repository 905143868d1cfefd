import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  fields,
  type RepositoryGit as Git,
  gitCallFailed as gitFailed,
} from '../../../src/git/repository-git.ts';
import { rejected } from '../../../src/slots/errors.ts';
import type { Comparison } from './record.ts';

/** The merge of two commits, made without touching any checkout. */
export type TreeMerge =
  | { readonly type: 'clean'; readonly tree: string }
  | { readonly type: 'conflict'; readonly files: readonly string[] };

/** Merges `head` into `base`. `temp`: an existing folder for git older than 2.38, which needs a checkout for it. */
export async function mergeTrees(
  git: Git,
  base: string,
  head: string,
  temp: string,
): Promise<TreeMerge> {
  const args = ['merge-tree', '--write-tree', '--name-only', '--no-messages', '-z', base, head];
  const result = await git.run(args);
  const [tree = '', ...files] = fields(result.stdout);
  if (result.code === 0) return { type: 'clean', tree };
  if (result.code === 1) return { type: 'conflict', files: [...new Set(files)] };
  if (/usage: git merge-tree|unknown option|unknown rev --write-tree/i.test(result.stderr))
    return mergeTreesInCheckout(git, base, head, temp);
  if (/unrelated histories/i.test(result.stderr)) {
    throw rejected(
      'AO_SCM_UNRELATED',
      `The branch and its base share no history, so they can't be merged. Start the branch from the base and open a new pull request.`,
    );
  }
  throw gitFailed(args, result);
}

/** For git older than 2.38. Same result, at the price of a temporary checkout. */
export async function mergeTreesInCheckout(
  git: Git,
  base: string,
  head: string,
  temp: string,
): Promise<TreeMerge> {
  return inTemporaryCheckout(git, base, temp, async (cwd) => {
    const args = [...quiet, 'merge', '--no-commit', '--no-ff', '--no-verify', head];
    const result = await git.run(args, { cwd, env: fallbackIdentity });
    if (result.code === 0) return { type: 'clean', tree: await git.text(['write-tree'], { cwd }) };
    const files = fields(await git.text(['diff', '--name-only', '--diff-filter=U', '-z'], { cwd }));
    if (files.length === 0) throw gitFailed(args, result);
    return { type: 'conflict', files };
  });
}

/** Nobody's hooks and no signature prompt in commits that ao makes on the side. */
export const quiet: readonly string[] = [
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'commit.gpgSign=false',
  '-c',
  'rerere.enabled=false',
];

const fallbackIdentity = {
  GIT_AUTHOR_NAME: 'ao',
  GIT_AUTHOR_EMAIL: 'ao@localhost',
  GIT_COMMITTER_NAME: 'ao',
  GIT_COMMITTER_EMAIL: 'ao@localhost',
};

/** A detached worktree: registered first, then given its files by a call that obeys nothing the repository names. */
export async function addCheckout(git: Git, path: string, commit: string): Promise<void> {
  await git.text(['worktree', 'add', '--no-checkout', '--detach', '--force', path, commit]);
  await git.text(['read-tree', '--reset', '-u', commit], { cwd: path });
}

/** A detached worktree of `commit` below `temp`, gone afterwards. */
export async function inTemporaryCheckout<T>(
  git: Git,
  commit: string,
  temp: string,
  work: (cwd: string) => Promise<T>,
): Promise<T> {
  const parent = await mkdtemp(join(temp, 'merge-'));
  const cwd = join(parent, 'tree');
  try {
    await addCheckout(git, cwd, commit);
    return await work(cwd);
  } finally {
    await git.run(['worktree', 'remove', '--force', cwd]);
    await rm(parent, { recursive: true, force: true });
  }
}

/** Everything a card shows about two commits: three git processes, cached by the caller for the pair. */
export async function compareCommits(
  git: Git,
  baseSha: string,
  headSha: string,
  temp: string,
): Promise<Comparison> {
  const [counts, stat, merge] = await Promise.all([
    git.text(['rev-list', '--left-right', '--count', `${baseSha}...${headSha}`]),
    git.text(['diff', '--numstat', '-z', '--no-renames', `${baseSha}...${headSha}`]),
    mergeTrees(git, baseSha, headSha, temp),
  ]);
  const [behind = 0, ahead = 0] = counts.split(/\s+/).map(Number);
  return {
    baseSha,
    headSha,
    ahead,
    behind,
    ...sumChanges(stat),
    conflicts: merge.type === 'conflict' ? [...merge.files] : [],
  };
}

/** `--numstat -z` without renames: `<added>\t<deleted>\t<path>` each; binary files count as changed only. */
function sumChanges(stat: string): Pick<Comparison, 'additions' | 'deletions' | 'changedFiles'> {
  const rows = fields(stat).map((row) => row.split('\t'));
  const sum = (column: number): number =>
    rows.reduce((total, row) => total + (Number(row[column]) || 0), 0);
  return { additions: sum(0), deletions: sum(1), changedFiles: rows.length };
}

export const isAncestor = async (git: Git, ancestor: string, of: string): Promise<boolean> => {
  const args = ['merge-base', '--is-ancestor', ancestor, of];
  const result = await git.run(args);
  if (result.code > 1) throw gitFailed(args, result);
  return result.code === 0;
};
