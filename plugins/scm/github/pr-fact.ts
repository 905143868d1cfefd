import { judgeChecks } from '../../../src/domain/merge/check-rule.ts';
import type {
  Check,
  ChecksFact,
  ChecksState,
  Mergeability,
  PullRequestFact,
  ReviewComment,
  ReviewDecision,
} from '../../../src/domain/session/facts.ts';
import type { Talk } from './entry.ts';
import type { Core, Full } from './schema.ts';
import { mayMiss } from './signs.ts';

export interface Seen {
  readonly core: Core;
  readonly talk: Talk | null;
  /** Checks one by one, of the head, where it failed or was read alone; null: not read. */
  readonly checks: readonly Check[] | null;
  readonly conflicts: readonly string[];
  /** See `Entry`. */
  readonly missing: readonly string[] | null;
  readonly headAt: number;
  readonly firstFailureAt: number | null;
  readonly at: number;
}

export interface FactOptions {
  readonly key: string;
  /** Why no agent can push to its branch; null: one can. */
  readonly readOnly: string | null;
  /** GitHub may be asked to merge as soon as its rules are met, so that they alone hold nothing back. */
  readonly autoMerge: boolean;
}

export function toFact(seen: Seen, { key, readOnly, autoMerge }: FactOptions): PullRequestFact {
  const { core, talk } = seen;
  const checks = checksFact(seen);
  const mergeability = mergeabilityOf(core, checks.state, autoMerge);
  const decision = decisionOf(core, talk);
  return {
    key,
    number: core.number,
    title: core.title,
    url: core.url,
    branch: core.headRefName,
    base: core.baseRefName,
    headSha: core.headRefOid,
    baseSha: core.baseRefOid,
    foreign: core.isCrossRepository,
    ...(readOnly === null ? {} : { readOnly }),
    draft: core.isDraft,
    state: core.state === 'OPEN' ? 'open' : core.state === 'MERGED' ? 'merged' : 'closed',
    mergeSha: core.state === 'MERGED' ? (core.mergeCommit?.oid ?? null) : null,
    mergedBy: core.mergedBy?.login ?? null,
    checks,
    review: {
      decision,
      approvedBy: talk?.approvedBy ?? [],
      comments: talk?.comments ?? [],
      requests: decision === 'changes_requested' ? (talk?.requests ?? []) : [],
    },
    mergeability,
    blockers: mergeability === 'blocked' ? blockers(core, checks, decision, talk) : [],
    conflicts: mergeability === 'conflicting' ? seen.conflicts : [],
    // GitHub says BEHIND only where a rule demands a current base.
    requiresCurrentBase: core.mergeStateStatus === 'BEHIND',
    mergeQueue: core.isMergeQueueEnabled,
    labels: talk?.labels ?? [],
    additions: core.additions,
    deletions: core.deletions,
    changedFiles: core.changedFiles,
    openedAt: core.createdAt,
    headAt: seen.headAt,
    at: seen.at,
  };
}

const DECISIONS = {
  APPROVED: 'approved',
  CHANGES_REQUESTED: 'changes_requested',
  REVIEW_REQUIRED: 'required',
} as const;

/** GitHub goes on calling it approved after a push or a change of the base, unless a rule dismisses reviews. */
function decisionOf(core: Core, talk: Talk | null): ReviewDecision {
  if (core.reviewDecision === null) return talk?.decision ?? 'none';
  if (core.reviewDecision === 'APPROVED' && talk?.decision !== 'approved') return 'required';
  return DECISIONS[core.reviewDecision];
}

/**
 * Where no rule asks for reviews GitHub decides nothing; what people with write access said counts then. An approval is of one
 * head and one base: it must be of this commit, and given since the base is what it is.
 */
export function talkOf(full: Full, comments: readonly ReviewComment[]): Talk {
  const opinions = (full.latestOpinionatedReviews ?? []).filter(
    (opinion) => opinion.authorCanPushToRepository,
  );
  // GitHub tells seconds: an approval of the same second may have been for the old base.
  const baseChanged = Math.max(0, ...full.timelineItems.map((change) => change.createdAt));
  const approvals = opinions.filter(
    (opinion) =>
      opinion.state === 'APPROVED' &&
      opinion.commit?.oid === full.headRefOid &&
      (opinion.submittedAt ?? 0) > baseChanged,
  );
  const decision = opinions.some((opinion) => opinion.state === 'CHANGES_REQUESTED')
    ? 'changes_requested'
    : approvals.length > 0
      ? 'approved'
      : 'none';
  return {
    labels: (full.labels ?? []).map((label) => label.name),
    approvedBy: approvals.flatMap((opinion) =>
      opinion.author === null ? [] : [opinion.author.login],
    ),
    decision,
    comments,
    requests: opinions
      .filter((opinion) => opinion.state === 'CHANGES_REQUESTED')
      .map((opinion) => ({
        id: opinion.id,
        by: opinion.author?.login ?? 'ghost',
        sha: opinion.commit?.oid ?? null,
        at: opinion.submittedAt ?? 0,
      })),
  };
}

function checksFact(seen: Seen): ChecksFact {
  const { core, checks, firstFailureAt } = seen;
  const rollup = core.statusCheckRollup;
  const missing = missingOf(seen);
  const told = missing.length === 0 ? {} : { missing };
  if (rollup === null)
    return { state: 'none', sha: core.headRefOid, checks: [], firstFailureAt: null, ...told };
  const state = ROLLUP[rollup.state];
  return {
    state: state !== 'passing' && checks !== null ? stateOf(checks) : state,
    sha: rollup.commit?.oid ?? core.headRefOid,
    checks: checks ?? [],
    firstFailureAt,
    ...told,
  };
}

/** Only while the rules hold it back: what was missing has reported once they don't. */
const missingOf = ({ core, missing }: Seen): readonly string[] =>
  mayMiss(core) ? (missing ?? []) : [];

const ROLLUP = {
  SUCCESS: 'passing',
  FAILURE: 'failing',
  ERROR: 'failing',
  PENDING: 'pending',
  EXPECTED: 'pending',
  UNKNOWN: 'unknown',
} as const satisfies Record<string, ChecksState>;

/**
 * GitHub's roll-up is red or pending for any check, and for runs that a newer one took the place of; the rule says which
 * count.
 */
function stateOf(checks: readonly Check[]): ChecksState {
  const verdict = judgeChecks({ state: 'passing', sha: null, checks, firstFailureAt: null });
  if (verdict.state === 'failing' || verdict.state === 'not_run') return 'failing';
  return verdict.state === 'running' ? 'pending' : 'passing';
}

function mergeabilityOf(core: Core, checks: ChecksState, autoMerge: boolean): Mergeability {
  if (core.state !== 'OPEN') return 'unknown';
  if (core.isInMergeQueue) return 'queued';
  if (core.mergeable === 'UNKNOWN' || core.mergeStateStatus === 'UNKNOWN') return 'unknown';
  if (core.mergeable === 'CONFLICTING') return 'conflicting';
  switch (core.mergeStateStatus) {
    case 'DIRTY':
      return 'conflicting';
    case 'BEHIND':
      return 'behind';
    case 'UNSTABLE':
      return core.autoMergeRequest === null ? 'unstable' : 'queued';
    case 'BLOCKED':
      if (core.autoMergeRequest !== null) return 'queued';
      return (core.isMergeQueueEnabled || autoMerge) && readyForQueue(core, checks)
        ? 'clean'
        : 'blocked';
    // A draft is told apart by its own field; hooks may still refuse, and say so.
    case 'DRAFT':
    case 'HAS_HOOKS':
    case 'CLEAN':
      return 'clean';
  }
}

/** A branch with a merge queue takes no direct merge, which GitHub may call blocked. */
const readyForQueue = (core: Core, checks: ChecksState): boolean =>
  !core.isDraft &&
  (core.reviewDecision === null || core.reviewDecision === 'APPROVED') &&
  (checks === 'none' || checks === 'passing');

/** GitHub doesn't say which rule blocks; what is known besides draft, checks and review, which the gate names itself. */
function blockers(
  core: Core,
  checks: ChecksFact,
  decision: ReviewDecision,
  talk: Talk | null,
): readonly string[] {
  if (
    core.isDraft ||
    decision === 'required' ||
    decision === 'changes_requested' ||
    checks.state === 'failing' ||
    checks.state === 'pending' ||
    checks.missing !== undefined
  )
    return [];
  const open =
    talk?.comments.some((comment) => comment.kind === 'inline' && !comment.resolved) === true;
  return [
    open
      ? `The rules of ${core.baseRefName} hold it back; there are unresolved conversations.`
      : `The rules of ${core.baseRefName} hold it back: a code owner's review, a signature or a deployment.`,
  ];
}
