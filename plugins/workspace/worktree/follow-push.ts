import type { PushedCommit } from '../../../src/domain/session/facts.ts';
import type { Git } from '../../../src/git/git.ts';
import type { Followed, FollowInput } from '../../../src/slots/workspace.ts';
import { fetchBranch } from './fetch-branch.ts';

/** So many commits are named. */
const NAMED = 20;

/** Whether the worktree has what its branch was pushed to; a clean one is brought forward, never back. */
export async function followPush(git: Git, input: FollowInput): Promise<Followed> {
  const { path, repo, sha, from, id } = input;
  if (!(await has(git, path, sha))) {
    if (from === null) return { type: 'absent' };
    const fetched = await fetchBranch(git, repo, { id, ...from });
    // It was moved again meanwhile: the next look is about that.
    if (!(await has(git, path, sha))) return fetched === sha ? { type: 'absent' } : { type: 'has' };
  }
  const head = await git(path, ['rev-parse', '--verify', 'HEAD^{commit}']);
  if (head === sha) return await movedUnder(git, input);
  const ours = await ownCommits(git, input, head);
  if (await isAncestor(git, path, sha, head)) return { type: 'has', ...(ours > 0 ? { ours } : {}) };
  const commits = await commitsBetween(git, path, head, sha);
  if (!(await isAncestor(git, path, head, sha)))
    return { type: 'left', why: 'diverged', ours, commits };
  const mine = await git.attempt(path, ['symbolic-ref', '--quiet', '--short', 'HEAD']);
  const mayTake = input.mayTake && mine.stdout === input.branch && (await isClean(git, path));
  if (mayTake && (await git.attempt(path, [...FORWARD, sha])).ok) return { type: 'taken', commits };
  return { type: 'left', why: 'behind', ours, commits };
}

const FORWARD = ['merge', '--ff-only', '--no-overwrite-ignore', '--no-stat', '--quiet'];

/**
 * The branch is where the worktree's HEAD points, so it moves the worktree along, without its files. The worktree's own log
 * knows only of moves that were made in it.
 */
async function movedUnder(git: Git, input: FollowInput): Promise<Followed> {
  const { path, sha, mayTake } = input;
  const log = await git.attempt(path, ['log', '--walk-reflogs', '-1', '--format=%H', 'HEAD']);
  const own = log.ok ? log.stdout : sha;
  if (own === sha || own === '' || (await isAncestor(git, path, sha, own))) return { type: 'has' };
  // Files of the commit itself: somebody took them along already.
  if ((await git.attempt(path, ['diff-index', '--quiet', '--cached', sha])).ok)
    return { type: 'has' };
  const commits = await commitsBetween(git, path, own, sha);
  const forward = await isAncestor(git, path, own, sha);
  await git.attempt(path, ['update-index', '-q', '--refresh']);
  const clean =
    (await git.attempt(path, ['diff-index', '--quiet', '--cached', own])).ok &&
    (await git.attempt(path, ['diff-files', '--quiet'])).ok;
  if (
    mayTake &&
    forward &&
    clean &&
    (await git.attempt(path, ['read-tree', '-m', '-u', own, sha])).ok
  )
    return { type: 'taken', commits };
  const ours = await ownCommits(git, input, own);
  return { type: 'left', why: 'moved', was: own, ours, commits };
}

/** Commits up to `head` that the push lacks: not those of the base, and none that is in the push under another id, as after a rebase. */
async function ownCommits(git: Git, input: FollowInput, head: string): Promise<number> {
  const { path, sha, base } = input;
  const bases = [`^refs/heads/${base}`, `^refs/remotes/origin/${base}`];
  const args = ['rev-list', '--count', '--ignore-missing', '--cherry-pick', '--right-only'];
  return Number(await git(path, [...args, `${sha}...${head}`, ...bases, '--']));
}

const has = async (git: Git, path: string, sha: string): Promise<boolean> =>
  (await git.attempt(path, ['cat-file', '-e', `${sha}^{commit}`])).ok;

const isAncestor = async (git: Git, path: string, a: string, b: string): Promise<boolean> =>
  (await git.attempt(path, ['merge-base', '--is-ancestor', a, b])).ok;

const isClean = async (git: Git, path: string): Promise<boolean> =>
  (await git(path, ['status', '--porcelain', '--untracked-files=no'])) === '';

async function commitsBetween(
  git: Git,
  path: string,
  from: string,
  to: string,
): Promise<readonly PushedCommit[]> {
  const found = await git.attempt(path, [
    'log',
    `--max-count=${NAMED}`,
    '--format=%H%x00%an%x00%s',
    `${from}..${to}`,
  ]);
  if (!found.ok || found.stdout === '') return [];
  return found.stdout.split('\n').map((line) => {
    const [sha = '', author = '', title = ''] = line.split('\0');
    return { sha, author, title };
  });
}
