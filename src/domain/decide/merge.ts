import {
  type Approved,
  type Approver,
  approvalWaits,
  approverRefusal,
  countedApprovals,
  isOf,
  unreadApprover,
} from '../merge/merge-approval.ts';
import { gate } from '../merge/merge-gate.ts';
import { reviewedByOther } from '../merge/review-counts.ts';
import type { PullRequestFact } from '../session/facts.ts';
import type { Actor } from '../session/ids.ts';
import type { Approval } from '../session/session.ts';
import { readinessOf } from '../session/status.ts';
import { type Draft, effect, emit, refuse, setSession } from './draft.ts';

/**
 * A person asks for the merge of the head. The gate must be open and the person allowed; their approval is kept, and the merge
 * begins with the last one that is needed.
 */
export function approveMerge(
  draft: Draft,
  pr: PullRequestFact,
  wanted: {
    readonly method: 'squash' | 'merge' | 'rebase';
    readonly by: Actor;
    readonly approver: Approver | undefined;
  },
): void {
  const { session } = draft.snapshot;
  const { merge } = draft.policy;
  const waits = gateWaits(draft, pr);
  if (waits.length > 0) return refuse(draft, 'AO_GATE_CLOSED', `Not merged. ${waits.join(' ')}`);
  const approver = wanted.approver ?? unreadApprover(merge);
  const refusal = approverRefusal(merge, approver, session);
  if (refusal !== null) return refuse(draft, refusal.code, refusal.message);
  const { sensitive } = approver;
  const mine: Approval = {
    by: wanted.by,
    login: approver.login,
    ...whatIs(pr),
    requester: approver.requester,
    owner: sensitive.type === 'known' && sensitive.files.length > 0 && sensitive.owned,
    at: draft.now,
  };
  const others = session.approvals.filter(
    (approval) => isOf(approval, whatIs(pr)) && approval.by.subject !== wanted.by.subject,
  );
  const approvals = [...others, mine];
  const missing = approvalWaits({
    merge,
    approvals,
    what: whatIs(pr),
    sensitiveFiles: sensitive.type === 'known' ? sensitive.files : [],
    reviewed: reviewedByOther(pr),
    alone: false,
  });
  const counted = countedApprovals(approvals, whatIs(pr), merge).length;
  if (
    missing.length > 0 &&
    counted === countedApprovals(session.approvals, whatIs(pr), merge).length
  )
    return refuse(
      draft,
      'AO_MERGE_POLICY',
      `Your approval is noted already. Not merged yet: ${missing.join(' ')}`,
    );
  setSession(draft, { approvals });
  if (missing.length > 0)
    return emit(draft, {
      type: 'merge.approved',
      pr: pr.key,
      sha: pr.headSha,
      by: wanted.by,
      waits: missing,
    });
  startMerge(draft, pr, wanted.method, wanted.by);
}

/** What a merge by ao itself still waits for of people. Sensitive files are looked at right before the merge. */
export const waitsForPeople = (draft: Draft, pr: PullRequestFact): readonly string[] =>
  approvalWaits({
    merge: draft.policy.merge,
    approvals: draft.snapshot.session.approvals,
    what: whatIs(pr),
    sensitiveFiles: [],
    reviewed: true,
    alone: true,
  });

const whatIs = (pr: PullRequestFact): Approved => ({ sha: pr.headSha, base: pr.base });

/**
 * Asks for the merge of exactly this head into exactly this base. The gate is looked at again on fresh data before anything
 * happens.
 */
export function startMerge(
  draft: Draft,
  pr: PullRequestFact,
  method: 'squash' | 'merge' | 'rebase',
  by: Actor,
): void {
  const { sha, base } = whatIs(pr);
  const failure = draft.snapshot.session.mergeFailure;
  const attempt = failure?.sha === sha ? failure.attempts + 1 : 1;
  setSession(draft, { merging: { sha, base, by, at: draft.now } });
  effect(draft, {
    type: 'merge_pr',
    pr: pr.key,
    sha,
    base,
    method,
    by,
    attempt,
    nonce: draft.now,
  });
  emit(draft, { type: 'merge.started', pr: pr.key, sha, by });
}

/** What the merge still waits for, as things are known now; empty: nothing. */
export const gateWaits = (draft: Draft, pr: PullRequestFact): readonly string[] =>
  gate({
    pr,
    merge: draft.policy.merge,
    settle: draft.policy.settle,
    episodes: draft.snapshot.episodes,
    work: draft.snapshot.facts.workAtHead,
    now: draft.now,
  });

/** `unknown`: it would be open if what is not known yet turned out well. */
export function gateOf(draft: Draft, pr: PullRequestFact): 'open' | 'closed' | 'unknown' {
  if (gateWaits(draft, pr).length === 0) return 'open';
  const settled = pr.headAt + draft.policy.settle;
  const waits = readinessOf(pr, draft.snapshot, draft.policy, Math.max(draft.now, settled)).waits;
  // It opens by itself in a moment.
  if (waits.length === 0) return 'unknown';
  const hopeful: PullRequestFact = {
    ...pr,
    mergeability: pr.mergeability === 'unknown' ? 'clean' : pr.mergeability,
    checks:
      pr.checks.state === 'unknown' && pr.checks.sha === pr.headSha
        ? { ...pr.checks, state: 'passing' }
        : pr.checks,
  };
  return readinessOf(hopeful, draft.snapshot, draft.policy, Math.max(draft.now, settled)).waits
    .length === 0
    ? 'unknown'
    : 'closed';
}
