import type { Git } from '../../../src/git/git.ts';

interface Owner {
  readonly id: string;
  readonly branch: string;
}

const remoteOf = (id: string): string => `ao-${id}`;

/**
 * A plain `git push` and `git pull` on the branch go to another repository and branch: through a remote of its own, because only a remote
 * can say under which other name a branch is pushed. May be repeated.
 */
export async function setPushTarget(
  git: Git,
  repo: string,
  {
    id,
    branch,
    pushTo,
  }: Owner & { readonly pushTo: { readonly url: string; readonly branch: string } },
): Promise<void> {
  const remote = remoteOf(id);
  const there = `refs/heads/${pushTo.branch}`;
  for (const [key, value] of [
    [`remote.${remote}.url`, pushTo.url],
    [`remote.${remote}.push`, `refs/heads/${branch}:${there}`],
    [`branch.${branch}.remote`, remote],
    [`branch.${branch}.pushRemote`, remote],
    [`branch.${branch}.merge`, there],
  ] as const)
    await git(repo, ['config', '--replace-all', key, value]);
}

/** The branch itself may stay. */
export async function forgetPushTarget(
  git: Git,
  repo: string,
  { id, branch }: Owner,
): Promise<void> {
  const remote = remoteOf(id);
  if (!(await git.attempt(repo, ['config', '--local', '--get', `remote.${remote}.url`])).ok) return;
  await git.attempt(repo, ['config', '--remove-section', `branch.${branch}`]);
  await git.attempt(repo, ['config', '--remove-section', `remote.${remote}`]);
}
