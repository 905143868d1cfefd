import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  fields,
  type RepositoryGit as Git,
  gitCallFailed as gitFailed,
} from '../../../src/git/repository-git.ts';
import { type PluginError, rejected, transient } from '../../../src/slots/errors.ts';
import { quiet } from './compare.ts';

/** Files of ao's own: the local tracker writes issues here, in the user's checkout. Git itself still refuses to overwrite them. */
const OWN_FOLDER = '.ao/';
const SHOWN_FILES = 5;

/**
 * Moves `branch` from `from` to its descendant `to`. Where a checkout holds the branch, its index and files move along; it is
 * never touched when it has changes of its own (`rejected`, AO_SCM_BASE_DIRTY). Moved by somebody else meanwhile: `transient`.
 */
export async function moveBranch(
  git: Git,
  move: { branch: string; from: string; to: string; reason: string },
): Promise<void> {
  const checkout = (await checkouts(git)).find((tree) => tree.branch === move.branch);
  if (checkout === undefined) {
    const args = ['update-ref', '-m', move.reason, `refs/heads/${move.branch}`, move.to, move.from];
    const result = await git.run(args);
    if (result.code !== 0) throw movedMeanwhile(move.branch, gitFailed(args, result));
    return;
  }
  await refuseDirty(git, checkout.path, move.branch);
  // `--no-overwrite-ignore`: ignored files are somebody's work too.
  const args = [
    ...quiet,
    '-c',
    'advice.diverging=false',
    'merge',
    '--ff-only',
    '--no-overwrite-ignore',
    '--no-stat',
    '--quiet',
    move.to,
  ];
  const result = await git.run(args, {
    cwd: checkout.path,
    env: { GIT_REFLOG_ACTION: move.reason },
  });
  if (result.code === 0) return;
  const inTheWay = result.stderr
    .split('\n')
    .filter((line) => line.startsWith('\t'))
    .map((line) => line.trim());
  if (inTheWay.length > 0)
    throw dirty(checkout.path, move.branch, inTheWay, 'The merge would overwrite them');
  if (/not possible to fast-forward/i.test(result.stderr))
    throw movedMeanwhile(move.branch, result.stderr);
  throw gitFailed(args, result);
}

export interface Checkout {
  readonly path: string;
  /** Null when detached. */
  readonly branch: string | null;
}

/** Main checkout first; those whose folder is gone are left out. */
export async function checkouts(git: Git): Promise<readonly Checkout[]> {
  const blocks = (await git.text(['worktree', 'list', '--porcelain', '-z'])).split('\0\0');
  return blocks.flatMap((block) => {
    const lines = fields(block);
    const path = afterPrefix(lines, 'worktree ');
    if (path === null || lines.some((line) => line === 'bare' || line.startsWith('prunable')))
      return [];
    return [{ path, branch: afterPrefix(lines, 'branch refs/heads/') }];
  });
}

const afterPrefix = (lines: readonly string[], prefix: string): string | null =>
  lines.find((line) => line.startsWith(prefix))?.slice(prefix.length) ?? null;

async function refuseDirty(git: Git, path: string, branch: string): Promise<void> {
  const status = await git.text(
    ['status', '--porcelain', '-z', '--untracked-files=no', '--no-renames'],
    { cwd: path },
  );
  const files = fields(status)
    .map((entry) => entry.replace(/^.?\S? /, ''))
    .filter((file) => !file.startsWith(OWN_FOLDER));
  if (files.length > 0)
    throw dirty(path, branch, files, 'They have changes that are not committed');
  const gitDir = await git.text(['rev-parse', '--absolute-git-dir'], { cwd: path });
  for (const mark of [
    'MERGE_HEAD',
    'CHERRY_PICK_HEAD',
    'REVERT_HEAD',
    'rebase-merge',
    'rebase-apply',
  ]) {
    if (await exists(join(gitDir, mark))) {
      throw rejected(
        'AO_SCM_BASE_DIRTY',
        `${branch} is checked out in ${path}, in the middle of another git operation (${mark}). Finish or abort it there, then try again.`,
      );
    }
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

function dirty(path: string, branch: string, files: readonly string[], why: string): PluginError {
  const shown =
    files.slice(0, SHOWN_FILES).join(', ') +
    (files.length > SHOWN_FILES ? ` and ${files.length - SHOWN_FILES} more` : '');
  return rejected(
    'AO_SCM_BASE_DIRTY',
    `${branch} is checked out in ${path}, and these files are in the way: ${shown}. ${why}. Commit, stash or move them, then try again.`,
  );
}

const movedMeanwhile = (branch: string, cause: unknown): PluginError =>
  transient(
    'AO_SCM_BASE_MOVED',
    `${branch} moved while the merge was being made. It is tried again on the new ${branch}.`,
    { cause, retryAfter: 500 },
  );
