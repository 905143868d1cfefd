import type { Git } from '../../../src/git/git.ts';
import { rejected } from '../../../src/slots/errors.ts';
import type { WorkspaceSpec } from '../../../src/slots/workspace.ts';
import { addDetached, addWorktree } from './add-worktree.ts';
import type { Snapshot } from './snapshot.ts';

/** The worktree of a snapshot, at its head, without files: on the branch the agent was on, which need not be the session's, or on none. */
export async function addForSnapshot(
  git: Git,
  spec: WorkspaceSpec,
  path: string,
  { branch, head }: Snapshot,
): Promise<void> {
  const { repo } = spec;
  if (branch === null) {
    await addDetached(git, { repo, path, at: head });
    return;
  }
  const ref = `refs/heads/${branch}`;
  const tip = await git.attempt(repo, ['rev-parse', '--verify', '--quiet', ref]);
  if (tip.ok && tip.stdout !== head) {
    throw rejected(
      'AO_WORKSPACE_BRANCH_MOVED',
      `Branch ${branch} is at ${tip.stdout.slice(0, 10)} now, the snapshot was made at ${head.slice(0, 10)}. Rename or delete the branch, then restore again.`,
    );
  }
  await addWorktree(git, { repo, path, branch, at: tip.ok ? null : head });
}

/** Its HEAD, as git writes it. */
export const headOf = ({ branch, head }: Snapshot): string =>
  branch === null ? head : `ref: refs/heads/${branch}`;

/** What people should know where the agent had left the session's branch. */
export function otherBranchNotes({ branch, head }: Snapshot, own: string): readonly string[] {
  if (branch === own) return [];
  const where = branch === null ? 'no branch (a detached HEAD)' : `the branch ${branch}`;
  return [
    `The agent had gone to ${where} at ${head.slice(0, 10)}, and is there again. The session's branch is ${own}: what is to be merged has to be there (git switch ${own}; git merge ${branch ?? head.slice(0, 10)}).`,
  ];
}
