import type { Refusal } from '../domain/session/decision.ts';
import type { WorkspaceState } from '../slots/workspace.ts';

/**
 * Why a pull request can't be opened, for an agent that left the session's branch: "commit your work" would send it in circles,
 * because it did, elsewhere.
 */
export function onOtherBranch(
  refusal: Refusal,
  own: string,
  state: Pick<WorkspaceState, 'branch' | 'headSha'> | null,
): Refusal {
  if (state?.branch === undefined || state.branch === own || state.headSha === null) return refusal;
  const work = state.branch ?? state.headSha.slice(0, 10);
  const where = state.branch === null ? `on no branch (a detached HEAD at ${work})` : `on ${work}`;
  const todo =
    refusal.code === 'AO_SCM_NO_BRANCH'
      ? state.branch === null
        ? `git switch -c ${own}`
        : `git branch -m ${own}`
      : `git switch ${own} && git merge ${work}`;
  return {
    ...refusal,
    message: `This worktree is ${where}, and the pull request of this session comes from ${own}. Bring your commits there:  ${todo}  , then run ao pr create again. What was answered for ${own}: ${refusal.message}`,
  };
}
