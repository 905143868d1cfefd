import type { PullRequestFact, WorkAtHeadFact } from '../domain/session/facts.ts';
import { openPr } from '../domain/session/pr.ts';
import type { Snapshot } from '../domain/session/session.ts';
import { isResting } from '../domain/session/status.ts';
import type { Followed, FollowInput, WorkspacePlugin } from '../slots/workspace.ts';
import type { Dispatch } from './dispatch.ts';
import type { Plugins } from './plugins.ts';

/** The pull request of the session's own branch, while there is a workspace to compare it with. */
export function comparable(snapshot: Snapshot): PullRequestFact | null {
  const { ended, workspace, branch } = snapshot.session;
  const pr = openPr(snapshot);
  return ended === null && workspace?.state === 'present' && pr?.branch === branch ? pr : null;
}

/** What `follow` asks about the head of `pr`; nothing is fetched. */
export const aboutHead = (
  snapshot: Snapshot,
  pr: PullRequestFact,
  repo: string,
): FollowInput & { readonly from: null } => ({
  id: snapshot.session.id,
  repo,
  path: snapshot.session.workspace?.path ?? '',
  branch: snapshot.session.branch,
  sha: pr.headSha,
  base: pr.base,
  from: null,
  mayTake: isResting(snapshot),
});

type Work = Omit<WorkAtHeadFact, 'at'>;

/** Says how the head stands to the workspace, where that is news. */
export function tellWork(
  dispatch: Dispatch,
  { session, facts }: Snapshot,
  pr: PullRequestFact,
  followed: Followed,
): void {
  const fact = workOf(pr, followed);
  const known = facts.workAtHead;
  if (known == null ? fact.head === 'has' && fact.ours === 0 : isSame(known, fact)) return;
  dispatch.input(session.id, { type: 'fact', fact: { type: 'work_at_head', fact } });
}

/** Compares head and workspace as they are now and changes neither; without a workspace, or a way to compare, nothing is said. */
export async function lookAtWork(
  { plugins, dispatch }: { readonly plugins: Plugins; readonly dispatch: Dispatch },
  snapshot: Snapshot,
): Promise<void> {
  const pr = comparable(snapshot);
  if (pr === null) return;
  const workspace: WorkspacePlugin = plugins.workspace(snapshot.session);
  if (workspace.follow === undefined) return;
  const { repo } = plugins.project(snapshot.session.project);
  const input = { ...aboutHead(snapshot, pr, repo), mayTake: false };
  tellWork(dispatch, snapshot, pr, await workspace.follow(input));
}

function workOf({ key, headSha }: PullRequestFact, followed: Followed): Work {
  const of = { pr: key, sha: headSha };
  switch (followed.type) {
    case 'has':
      return { ...of, head: 'has', ours: followed.ours ?? 0 };
    case 'taken':
      return { ...of, head: 'has', ours: 0 };
    case 'absent':
      return { ...of, head: 'absent', ours: 0 };
    case 'left':
      return { ...of, head: 'lacks', ours: followed.ours };
  }
}

const isSame = (a: Work, b: Work): boolean =>
  a.pr === b.pr && a.sha === b.sha && a.head === b.head && a.ours === b.ours;
