import { countedApprovals } from '../../domain/merge/merge-approval.ts';
import { noteSentence, remedy, waitSentence, whoCan } from '../../domain/merge/readiness-words.ts';
import { roundOf } from '../../domain/merge/review-round.ts';
import type { PullRequestFact } from '../../domain/session/facts.ts';
import type { ProjectPolicy } from '../../domain/session/policy.ts';
import { approverNames, hasFailed, openComments } from '../../domain/session/pr.ts';
import type { Snapshot } from '../../domain/session/session.ts';
import { readinessOf } from '../../domain/session/status.ts';
import type { PrView } from '../views.ts';
import { personView } from './person.ts';

export function viewPr(
  pr: PullRequestFact,
  snapshot: Snapshot,
  policy: ProjectPolicy,
  now: number,
): PrView {
  const items = pr.checks.checks;
  const { waits, notes } = readinessOf(pr, snapshot, policy, now);
  const round = roundOf(pr, snapshot.episodes);
  return {
    key: pr.key,
    number: pr.number,
    title: pr.title,
    url: pr.url,
    branch: pr.branch,
    base: pr.base,
    headSha: pr.headSha,
    draft: pr.draft,
    state: pr.state,
    checks: {
      state: pr.checks.state,
      sha: pr.checks.sha,
      passed: items.filter((check) => check.status === 'completed' && !hasFailed(check)).length,
      total: items.length,
      items,
    },
    review: {
      decision: pr.review.decision,
      approvedBy: approverNames(pr),
      openComments: openComments(pr, false).length + openComments(pr, true).length,
    },
    mergeability: pr.mergeability,
    waitsFor: waits.map(waitSentence),
    waits: waits.map((wait) => ({
      text: waitSentence(wait),
      who: whoCan(wait),
      remedy: remedy(wait),
    })),
    notes: pr.state === 'open' ? notes.map(noteSentence) : [],
    answeredFrom: pr.state === 'open' && round.state === 'reviewer' ? round.from : null,
    approvals: {
      by: countedApprovals(
        snapshot.session.approvals,
        { sha: pr.headSha, base: pr.base },
        policy.merge,
      ).map((approval) => personView(approval.by)),
      needed: policy.merge.approvers,
    },
    additions: pr.additions,
    deletions: pr.deletions,
    changedFiles: pr.changedFiles,
    mergeSha: pr.mergeSha,
    openedAt: pr.openedAt,
  };
}
