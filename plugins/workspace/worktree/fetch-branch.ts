import type { Git } from '../../../src/git/git.ts';
import { gitFailed } from '../../../src/git/run-git.ts';
import { rejected } from '../../../src/slots/errors.ts';

/** A remote that stops answering must not hold a session for ever. */
export const PATIENCE = ['-c', 'http.lowSpeedLimit=1', '-c', 'http.lowSpeedTime=60'];
const GONE = /couldn't find remote ref|does not appear to be a git repository|No such remote/i;

/** Commit of `ref` at the remote, now in the repository. No branch of the person's own is moved. */
export async function fetchBranch(
  git: Git,
  repo: string,
  input: { readonly id: string; readonly remote: string; readonly ref: string },
): Promise<string> {
  const { id, remote, ref } = input;
  const kept = `refs/ao/heads/${id}`;
  const args = [...PATIENCE, 'fetch', '--quiet', '--no-tags', '--', remote, `+${ref}:${kept}`];
  const fetched = await git.attempt(repo, args);
  if (!fetched.ok && GONE.test(fetched.stderr))
    throw rejected(
      'AO_WORKSPACE_NO_REMOTE',
      `${ref} is not at the remote "${remote}" of ${repo}. Look at: git -C ${repo} remote -v`,
    );
  if (!fetched.ok) throw gitFailed(['fetch'], fetched.stderr);
  const sha = await git(repo, ['rev-parse', '--verify', `${kept}^{commit}`]);
  // The branch keeps the commit from here on; until then git keeps what is younger than two weeks.
  await git.attempt(repo, ['update-ref', '-d', kept]);
  return sha;
}

const isAncestor = async (git: Git, cwd: string, a: string, b: string): Promise<boolean> =>
  (await git.attempt(cwd, ['merge-base', '--is-ancestor', a, b])).ok;

/** Commits that only one side has are work of somebody: neither is thrown away here. */
export async function refuseDiverged(
  git: Git,
  repo: string,
  {
    branch,
    local,
    fetched,
  }: { readonly branch: string; readonly local: string; readonly fetched: string },
): Promise<void> {
  if (
    (await isAncestor(git, repo, local, fetched)) ||
    (await isAncestor(git, repo, fetched, local))
  )
    return;
  throw rejected(
    'AO_WORKSPACE_BRANCH_MOVED',
    `Branch ${branch} in ${repo} is at ${local.slice(0, 10)} and the remote's at ${fetched.slice(0, 10)}; each has commits the other lacks. Rename or delete the one in ${repo} (git branch -m), then try again.`,
  );
}

/** In a worktree without files yet: its branch goes to what was fetched, unless it has that already. */
export async function bringForward(
  git: Git,
  path: string,
  { branch, fetched }: { readonly branch: string; readonly fetched: string },
): Promise<void> {
  const local = await git(path, ['rev-parse', '--verify', 'HEAD^{commit}']);
  if (local !== fetched && (await isAncestor(git, path, local, fetched)))
    await git(path, ['update-ref', `refs/heads/${branch}`, fetched, local]);
}
