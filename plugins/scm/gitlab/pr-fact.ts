import type { PullRequestFact, ReviewComment } from '../../../src/domain/session/facts.ts';
import type { Review } from './approvals.ts';
import { checksFact, type Reported } from './checks.ts';
import { gatesOf } from './mergeability.ts';
import type { Core } from './schema.ts';

/** What is known of one merge request; parts that don't fit its present state are null. */
export interface Entry {
  readonly core: Core;
  readonly list: readonly Reported[] | null;
  /** Commit of the branch that the head pipeline ran on; null: not known. */
  readonly checkedSha: string | null;
  readonly review: Review | null;
  readonly comments: readonly ReviewComment[] | null;
  readonly conflicts: readonly string[];
  /** Where the base was when a conflict was looked at. */
  readonly baseTip: string | null;
  /** What it was merged as, where GraphQL doesn't tell. */
  readonly mergedAs: string | null;
  readonly headAt: number;
  readonly firstFailureAt: number | null;
  readonly at: number;
}

export interface FactOptions {
  readonly key: string;
  readonly foreign: boolean;
  /** Why no agent can push to its branch; null: one can. */
  readonly readOnly: string | null;
  readonly mergeTrains: boolean;
}

/** Null: GitLab has not prepared it yet, so there is nothing to tell. */
export function toFact(entry: Entry, options: FactOptions): PullRequestFact | null {
  const { core, review } = entry;
  const headSha = core.diffHeadSha;
  if (headSha == null) return null;
  const gates = gatesOf(core);
  const { mergeability } = gates;
  return {
    key: options.key,
    number: core.iid,
    title: core.title,
    url: core.webUrl ?? null,
    branch: core.sourceBranch,
    base: core.targetBranch,
    headSha,
    baseSha: entry.baseTip,
    foreign: options.foreign,
    ...(options.readOnly === null ? {} : { readOnly: options.readOnly }),
    draft: core.draft,
    // A merge that is under way, or hangs: neither closed nor to be merged by anybody else.
    state: core.state === 'opened' || core.state === 'locked' ? 'open' : core.state,
    mergeSha: core.state === 'merged' ? (entry.mergedAs ?? core.mergeCommitSha ?? null) : null,
    mergedBy: core.mergeUser?.username ?? null,
    checks: checksFact(core, {
      list: entry.list,
      sha: entry.checkedSha,
      needsPipeline: gates.needsPipeline,
      firstFailureAt: entry.firstFailureAt,
    }),
    review: {
      decision: review?.decision ?? 'none',
      approvedBy: review?.approvedBy ?? [],
      comments: entry.comments ?? [],
      requests: review?.requests ?? [],
    },
    mergeability,
    blockers: mergeability === 'blocked' ? gates.blockers : [],
    conflicts: mergeability === 'conflicting' ? entry.conflicts : [],
    // GitLab says so only where the project's merge method demands a current base.
    requiresCurrentBase: gates.behind,
    mergeQueue: options.mergeTrains,
    labels: core.labels?.nodes.map(({ title }) => title) ?? [],
    additions: core.diffStatsSummary?.additions ?? 0,
    deletions: core.diffStatsSummary?.deletions ?? 0,
    changedFiles: core.diffStatsSummary?.fileCount ?? 0,
    openedAt: core.createdAt,
    headAt: entry.headAt,
    at: entry.at,
  };
}
