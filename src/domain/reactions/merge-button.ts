import { type Draft, refuse } from '../decide/draft.ts';
import { approveMerge } from '../decide/merge.ts';
import type { Actor } from '../session/ids.ts';
import type { Command } from '../session/input.ts';
import { openPr, shortSha } from '../session/pr.ts';

/** A person pressed the button of a reaction. */
export type Pressed = Omit<Command & { readonly type: 'run_reaction' }, 'type'>;

/** Behind any button a merge is a merge: the same gate, the same people, for the head and base that were seen. */
export function mergeFor(draft: Draft, by: Actor, { approver, pinned }: Pressed): void {
  const pr = openPr(draft.snapshot);
  if (pr === null)
    return refuse(
      draft,
      'AO_NO_PULL_REQUEST',
      `${draft.snapshot.session.id} has no open pull request.`,
    );
  if (pinned !== undefined && (pinned.sha !== pr.headSha || pinned.base !== pr.base))
    return refuse(
      draft,
      'AO_STALE',
      `Not merged: #${pr.number} is ${shortSha(pr.headSha)} into ${pr.base} now, and you saw another state. Look at it again.`,
    );
  approveMerge(draft, pr, { method: draft.policy.merge.method, by, approver });
}
