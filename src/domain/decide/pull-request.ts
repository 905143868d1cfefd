import type { ChecksFact, PullRequestFact } from '../session/facts.ts';
import { AO } from '../session/ids.ts';
import { approverNames, hasFailed, shortSha } from '../session/pr.ts';
import type { Millis } from '../session/time.ts';
import { type Draft, effect, emit, setSession } from './draft.ts';
import { end } from './ending.ts';
import { parkMerge } from './failed-effects.ts';

/** A pull request as it was just seen. Older observations than the one held are dropped, so order doesn't matter. */
export function pullRequestObserved(draft: Draft, fact: PullRequestFact): void {
  const before = draft.snapshot.prs.find((pr) => pr.key === fact.key);
  if (before !== undefined && fact.at < before.at) return;
  if (before?.state === 'merged') return;
  const seen = carryOver(before, fact);
  const { prs } = draft.snapshot;
  draft.snapshot = {
    ...draft.snapshot,
    prs: before === undefined ? [...prs, seen] : prs.map((pr) => (pr === before ? seen : pr)),
  };
  tell(draft, before, seen);
  followQueue(draft, before, seen);
  if (before !== undefined && (before.headSha !== seen.headSha || before.base !== seen.base))
    movedOn(draft, before, seen);
}

/**
 * What was about the old head or the old base is void; a session may have other pull requests, whose approvals and failures
 * stay.
 */
function movedOn(draft: Draft, old: PullRequestFact, seen: PullRequestFact): void {
  dropApprovals(draft, old, seen);
  if (draft.snapshot.session.mergeFailure?.sha === old.headSha)
    setSession(draft, { mergeFailure: null });
}

/** How long the forge may take to show that it queued a merge. */
const QUEUE_SHOWS_AFTER = 60_000;

/** A merge the forge was to do: another head ends it, and one that left the queue without a merge is tried again later. */
function followQueue(
  draft: Draft,
  before: PullRequestFact | undefined,
  seen: PullRequestFact,
): void {
  const { merging } = draft.snapshot.session;
  if (merging?.queued !== true || before?.headSha !== merging.sha || seen.state === 'merged')
    return;
  const base = merging.base ?? seen.base;
  if (seen.state === 'closed' || seen.headSha !== merging.sha || seen.base !== base) {
    setSession(draft, { merging: null });
    if (seen.state === 'open')
      emit(draft, {
        type: 'merge.failed',
        pr: seen.key,
        sha: merging.sha,
        reason:
          seen.base === base
            ? `The head is ${shortSha(seen.headSha)} now; the merge that waited was for another commit.`
            : `The base is ${seen.base} now; the merge that waited was for ${base}.`,
        retryAt: null,
      });
    return;
  }
  if (seen.mergeability === 'queued' || seen.mergeability === 'unknown') return;
  if (before.mergeability !== 'queued' && seen.at - merging.at < QUEUE_SHOWS_AFTER) return;
  setSession(draft, { merging: null });
  parkMerge(
    draft,
    { pr: seen.key, sha: merging.sha, by: merging.by },
    `The forge took #${seen.number} out of its queue without a merge.`,
  );
}

/** An approval is of one commit for one base. */
function dropApprovals(draft: Draft, old: PullRequestFact, seen: PullRequestFact): void {
  const { approvals } = draft.snapshot.session;
  const gone = approvals.filter((approval) => approval.sha === old.headSha);
  if (gone.length === 0) return;
  setSession(draft, { approvals: approvals.filter((approval) => !gone.includes(approval)) });
  if (seen.state === 'open')
    emit(draft, {
      type: 'merge.approvals_void',
      pr: seen.key,
      sha: seen.headSha,
      by: gone.map((approval) => approval.by.name),
      ...(old.headSha === seen.headSha ? { base: old.base } : {}),
    });
}

/** What a cheap observation doesn't carry stays: excerpts of the same checks, and when this head was first seen. */
function carryOver(before: PullRequestFact | undefined, fact: PullRequestFact): PullRequestFact {
  if (before === undefined)
    return { ...fact, checks: { ...fact.checks, firstFailureAt: failedSince(null, fact) } };
  const sameChecks = before.checks.sha === fact.checks.sha;
  const excerpts = new Map(before.checks.checks.map((check) => [check.name, check]));
  const checks = fact.checks.checks.map((check) => {
    const old = excerpts.get(check.name);
    return sameChecks && check.excerpt === null && old?.conclusion === check.conclusion
      ? { ...check, excerpt: old.excerpt }
      : check;
  });
  const baseWas = before.base === fact.base ? before.baseWas : before.base;
  return {
    ...fact,
    ...(baseWas === undefined ? {} : { baseWas }),
    headAt: before.headSha === fact.headSha ? before.headAt : fact.headAt,
    checks: {
      ...fact.checks,
      checks,
      firstFailureAt: failedSince(sameChecks ? before.checks : null, fact),
    },
  };
}

const hasFailure = (checks: ChecksFact): boolean =>
  checks.state === 'failing' || checks.checks.some(hasFailed);

/** When this failure began. One that follows a rerun is a new one, on the same commit too. `before`: checks of the same commit. */
function failedSince(before: ChecksFact | null, fact: PullRequestFact): Millis | null {
  if (!hasFailure(fact.checks)) return null;
  if (before === null) return fact.checks.firstFailureAt ?? fact.at;
  return hasFailure(before) ? (before.firstFailureAt ?? fact.at) : fact.at;
}

function tell(draft: Draft, before: PullRequestFact | undefined, seen: PullRequestFact): void {
  if (before === undefined && seen.state === 'open')
    emit(draft, { type: 'pr.opened', pr: seen.key });
  if (before !== undefined && before.headSha !== seen.headSha)
    emit(draft, { type: 'pr.pushed', pr: seen.key, sha: seen.headSha });
  if (before !== undefined && before.base !== seen.base)
    emit(draft, { type: 'pr.base_changed', pr: seen.key, from: before.base, to: seen.base });
  if (before?.draft === true && !seen.draft && seen.state === 'open')
    emit(draft, { type: 'pr.ready', pr: seen.key });
  tellBaseMove(draft, before, seen);
  tellChecks(draft, before, seen);
  tellReview(draft, before, seen);
  if (
    before !== undefined &&
    before.mergeability !== seen.mergeability &&
    seen.mergeability !== 'unknown'
  ) {
    emit(draft, { type: 'pr.mergeability', pr: seen.key, to: seen.mergeability });
  }
  if (seen.state !== (before?.state ?? 'open')) tellState(draft, seen);
}

/** Urgent where it isn't plain work of people: the thread and the notifiers name the commit. */
function tellBaseMove(
  draft: Draft,
  before: PullRequestFact | undefined,
  seen: PullRequestFact,
): void {
  const move = seen.baseMove;
  const known = before?.baseMove;
  if (move === undefined || (known?.from === move.from && known.to === move.to)) return;
  emit(draft, { type: 'base.moved', pr: seen.key, base: seen.base, ...move });
  if (move.kind === 'outside') return;
  effect(draft, {
    type: 'notify',
    key: `base-moved-${move.from}-${move.to}`,
    reaction: 'base-moved',
    rung: null,
    priority: 'urgent',
    text: `${seen.base} moved to ${shortSha(move.to)} without a merge by ao, under the open pull request #${seen.number}`,
  });
}

function tellChecks(
  draft: Draft,
  before: PullRequestFact | undefined,
  seen: PullRequestFact,
): void {
  if (seen.checks.state !== 'passing' || seen.checks.sha !== seen.headSha) return;
  if (before?.checks.state === 'passing' && before.checks.sha === seen.checks.sha) return;
  emit(draft, {
    type: 'checks.passed',
    pr: seen.key,
    sha: seen.headSha,
    total: seen.checks.checks.length,
  });
}

function tellReview(
  draft: Draft,
  before: PullRequestFact | undefined,
  seen: PullRequestFact,
): void {
  if (seen.review.decision === 'approved' && before?.review.decision !== 'approved') {
    emit(draft, { type: 'review.approved', pr: seen.key, by: approverNames(seen) });
  }
}

function tellState(draft: Draft, seen: PullRequestFact): void {
  switch (seen.state) {
    case 'open':
      return emit(draft, { type: 'pr.reopened', pr: seen.key });
    case 'closed':
      return emit(draft, { type: 'pr.closed', pr: seen.key });
    case 'merged':
      // A merge of ours that was seen before its own answer came: who asked for it counts, not the account that did it.
      emit(draft, {
        type: 'pr.merged',
        pr: seen.key,
        mergeSha: seen.mergeSha,
        by: draft.snapshot.session.merging?.by.name ?? seen.mergedBy,
        base: seen.base,
      });
      if (draft.snapshot.prs.some((pr) => pr.state === 'open')) return;
      return end(
        draft,
        'merged',
        draft.snapshot.session.merging?.by ??
          (seen.mergedBy === null ? AO : { ...AO, name: seen.mergedBy }),
        null,
      );
  }
}
