import { allUsage } from '../money/usage.ts';
import { shortSha } from '../session/pr.ts';
import type { EndCause } from '../session/session.ts';
import { type Draft, effect } from './draft.ts';

/** Work on the issue begins: told in the tracker, as configured. Somebody who has the issue keeps it. */
export function issueBegins(draft: Draft): void {
  const { session, facts } = draft.snapshot;
  if (session.task.type !== 'issue') return;
  const { assign, labels } = draft.policy.tracker;
  const assignee = assign !== null && facts.issue?.assignee == null ? assign : null;
  if (assignee === null && labels.onSpawn.length === 0) return;
  effect(draft, {
    type: 'update_issue',
    issue: session.task.issue,
    key: `begins-${session.workspaceRounds}`,
    addLabels: labels.onSpawn,
    removeLabels: [...labels.onMerge, ...labels.onEnd].filter(
      (label) => !labels.onSpawn.includes(label),
    ),
    assignee,
    close: false,
    comment: null,
  });
}

/** The session is over: labels, a comment on outcome and cost, and the closing, as configured. */
export function issueEnds(draft: Draft, cause: EndCause): void {
  const { session, facts } = draft.snapshot;
  if (session.task.type !== 'issue' || session.admittedAt === null) return;
  const { labels, comment } = draft.policy.tracker;
  const merged = cause === 'merged';
  const addLabels = merged ? labels.onMerge : labels.onEnd;
  const removeLabels = labels.onSpawn.filter((label) => !addLabels.includes(label));
  const close = merged && draft.policy.merge.closeIssue && facts.issue?.state !== 'closed';
  const told =
    comment === 'always' || (comment === 'merged' && merged) ? outcomeText(draft, cause) : null;
  if (addLabels.length + removeLabels.length === 0 && !close && told === null) return;
  effect(draft, {
    type: 'update_issue',
    issue: session.task.issue,
    key: `ends-${session.workspaceRounds}`,
    addLabels,
    removeLabels,
    assignee: null,
    close,
    comment: told,
  });
}

const WITHOUT_MERGE: Readonly<Record<Exclude<EndCause, 'merged'>, string>> = {
  killed: 'was stopped by a person',
  done: 'was finished without a merge',
  terminated: 'lost its agent and was not resumed',
  errored: 'failed',
};

/** Read by whoever may read the issue: no words of the chat, no names that would ping somebody. */
function outcomeText(draft: Draft, cause: EndCause): string {
  const { session, facts, prs } = draft.snapshot;
  const usd = allUsage(facts.usage).reduce((sum, model) => sum + (model.usd ?? 0), 0);
  const rounds = `${session.ciRounds} CI rounds, ${session.reviewRounds} review rounds`;
  const spent = `(${rounds}${usd > 0 ? `, $${usd.toFixed(2)}` : ''})`;
  const pr = prs.find((candidate) => candidate.state === (cause === 'merged' ? 'merged' : 'open'));
  if (cause !== 'merged')
    return `Session ${session.id} ${WITHOUT_MERGE[cause]} ${spent}. ${pr === undefined ? `Its branch is ${session.branch}.` : `Pull request #${pr.number} is still open.`}`;
  if (pr === undefined) return `Session ${session.id} was merged ${spent}.`;
  const commit = pr.mergeSha === null ? '' : ` as ${shortSha(pr.mergeSha)}`;
  return `Pull request #${pr.number} was merged into ${pr.base}${commit} by session ${session.id} ${spent}.`;
}
