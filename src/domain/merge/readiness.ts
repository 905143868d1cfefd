import { isOfTheBranch } from '../reactions/reaction-traits.ts';
import type { Check, DiscountedReview, PullRequestFact, WorkAtHeadFact } from '../session/facts.ts';
import type { MergePolicy } from '../session/policy.ts';
import type { Episode } from '../session/session.ts';
import type { Millis } from '../session/time.ts';
import type { Fault } from './check-faults.ts';
import { areOfHead, type CheckVerdict, judgeChecks } from './check-rule.ts';
import { decisionFor, discounted } from './review-counts.ts';
import { roundOf } from './review-round.ts';

export interface GateInput {
  readonly pr: PullRequestFact;
  readonly merge: MergePolicy;
  /** Window in which checks may still register after a push. */
  readonly settle: Millis;
  readonly episodes: readonly Episode[];
  /** As it was compared last; a word about another head counts for nothing. */
  readonly work?: WorkAtHeadFact | null | undefined;
  readonly now: Millis;
}

/** One thing that the merge waits for. Its sentence, and who can do what about it: `readiness-words.ts`. */
export type Wait =
  | { readonly type: 'over'; readonly state: 'closed' | 'merged' }
  | { readonly type: 'draft' }
  /** The head isn't what the session's agent works on: a branch of the same name, or a push that replaced its commits. */
  | { readonly type: 'other_work'; readonly head: string; readonly ours: number | null }
  /** Whatever is green already: checks may still register for this push until then. */
  | { readonly type: 'settling'; readonly until: Millis }
  | { readonly type: 'checks_of_other_commit'; readonly sha: string | null; readonly head: string }
  | { readonly type: 'checks_failed'; readonly names: readonly string[] }
  | { readonly type: 'checks_not_run'; readonly fault: Fault; readonly names: readonly string[] }
  | { readonly type: 'checks_running'; readonly names: readonly string[] }
  | { readonly type: 'checks_missing'; readonly names: readonly string[] }
  | { readonly type: 'checks_unknown' }
  /** Only where the policy asks for at least one check (`requireChecks: always`). */
  | { readonly type: 'no_checks' }
  | { readonly type: 'review_missing'; readonly discounted?: readonly DiscountedReview[] }
  | { readonly type: 'changes_requested' }
  /** Changes were requested, and the head moved since the agent was told at `from`. */
  | { readonly type: 'review_again'; readonly from: string; readonly head: string }
  | { readonly type: 'conflicting'; readonly base: string; readonly files: readonly string[] }
  | { readonly type: 'behind'; readonly base: string }
  /** `reason` null: the forge doesn't say which rule. */
  | { readonly type: 'blocked'; readonly reason: string | null }
  | { readonly type: 'queued' }
  | { readonly type: 'mergeability_unknown' }
  | { readonly type: 'reaction'; readonly key: string };

/** Said beside a pull request, ready or not; nothing waits for it. */
export type Note =
  | { readonly type: 'optional_failed'; readonly names: readonly string[] }
  | { readonly type: 'optional_running'; readonly names: readonly string[] }
  | { readonly type: 'nothing_checked' }
  /** So many commits of the worktree aren't in the pull request. */
  | { readonly type: 'not_pushed'; readonly commits: number };

export interface Readiness {
  /** Empty: it may be merged as soon as the people are enough (`merge-approval.ts`). */
  readonly waits: readonly Wait[];
  readonly notes: readonly Note[];
}

/**
 * The one rule for whether a pull request is ready. Pure. Required checks decide and optional ones are only named; the
 * settle window counts from the push whatever is green by then; after it a pull request that misses no required check
 * is ready, also where none ran. Whatever is unknown keeps it shut.
 */
export function readiness(input: GateInput): Readiness {
  const { pr } = input;
  if (pr.state !== 'open') return { waits: [{ type: 'over', state: pr.state }], notes: [] };
  const verdict = judgeChecks(pr.checks);
  const waits: Wait[] = [
    ...(pr.draft ? [{ type: 'draft' as const }] : []),
    ...workWaits(input),
    ...checkWaits(input, verdict),
    ...reviewWaits(input),
    ...mergeWaits(pr),
    ...pr.blockers.map((reason) => ({ type: 'blocked' as const, reason })),
    ...input.episodes
      .filter((episode) => episode.open && isOfTheBranch(episode.key))
      .map(({ key }) => ({ type: 'reaction' as const, key })),
  ];
  return { waits, notes: [...notesOf(verdict), ...workNotes(input)] };
}

const compared = ({ pr, work }: GateInput): WorkAtHeadFact | null =>
  work?.pr === pr.key && work.sha === pr.headSha ? work : null;

/** A head that leaves out commits of the agent would be merged in the place of its work. */
function workWaits(input: GateInput): readonly Wait[] {
  const work = compared(input);
  switch (work?.head) {
    case undefined:
    case 'has':
      return [];
    case 'lacks':
      return work.ours === 0 ? [] : [{ type: 'other_work', head: work.sha, ours: work.ours }];
    case 'absent':
      return [{ type: 'other_work', head: work.sha, ours: null }];
  }
}

function workNotes(input: GateInput): readonly Note[] {
  const work = compared(input);
  return work?.head === 'has' && work.ours > 0 ? [{ type: 'not_pushed', commits: work.ours }] : [];
}

function checkWaits(input: GateInput, verdict: CheckVerdict): readonly Wait[] {
  const { pr, merge, settle, now } = input;
  if (!areOfHead(pr))
    return [{ type: 'checks_of_other_commit', sha: pr.checks.sha, head: pr.headSha }];
  const bad: Wait[] = [
    ...(verdict.state === 'failing'
      ? [{ type: 'checks_failed' as const, names: namesOf(verdict.failed) }]
      : []),
    ...verdict.notRun.map(({ fault, checks }) => ({
      type: 'checks_not_run' as const,
      fault,
      names: namesOf(checks),
    })),
  ];
  if (bad.length > 0) return bad;
  const until = pr.headAt + settle;
  const settling: readonly Wait[] =
    pr.checks.complete !== true && now < until ? [{ type: 'settling', until }] : [];
  const missing = pr.checks.missing ?? [];
  const missed: readonly Wait[] =
    missing.length === 0 ? [] : [{ type: 'checks_missing', names: missing }];
  switch (verdict.state) {
    case 'running':
      // Where no rule requires one and the team doesn't either, what hangs holds nothing up.
      return merge.requireChecks === false &&
        verdict.running.every(({ required }) => required !== true)
        ? [...settling, ...(settling.length > 0 ? [] : missed)]
        : [
            { type: 'checks_running', names: namesOf(verdict.running) },
            ...(settling.length > 0 ? [] : missed),
          ];
    case 'unknown':
      return [{ type: 'checks_unknown' }];
    case 'none':
    case 'passing': {
      if (settling.length > 0) return settling;
      if (missed.length > 0) return missed;
      return verdict.state === 'none' && merge.requireChecks === 'always'
        ? [{ type: 'no_checks' }]
        : [];
    }
    case 'failing':
    case 'not_run':
      return [];
  }
}

function reviewWaits({ pr, merge, episodes }: GateInput): readonly Wait[] {
  const without = discounted(pr, merge);
  const missing: Wait = {
    type: 'review_missing',
    ...(without.length === 0 ? {} : { discounted: without }),
  };
  switch (decisionFor(pr, merge)) {
    case 'approved':
      return [];
    case 'changes_requested': {
      const round = roundOf(pr, episodes);
      return round.state === 'reviewer'
        ? [{ type: 'review_again', from: round.from, head: pr.headSha }]
        : [{ type: 'changes_requested' }];
    }
    case 'required':
      return [missing];
    case 'none':
      return merge.requireReview ? [missing] : [];
  }
}

function mergeWaits(pr: PullRequestFact): readonly Wait[] {
  switch (pr.mergeability) {
    // Unstable: the forge would merge it, and only checks that it doesn't require aren't green; those are judged above.
    case 'clean':
    case 'unstable':
      return [];
    case 'behind':
      return [{ type: 'behind', base: pr.base }];
    case 'blocked':
      return pr.blockers.length > 0 ? [] : [{ type: 'blocked', reason: null }];
    case 'conflicting':
      return [{ type: 'conflicting', base: pr.base, files: pr.conflicts }];
    case 'queued':
      return [{ type: 'queued' }];
    case 'unknown':
      return [{ type: 'mergeability_unknown' }];
  }
}

function notesOf(verdict: CheckVerdict): readonly Note[] {
  const running = verdict.optional.filter((check) => check.status !== 'completed');
  const failed = verdict.optional.filter((check) => check.status === 'completed');
  return [
    ...(failed.length > 0 ? [{ type: 'optional_failed' as const, names: namesOf(failed) }] : []),
    ...(running.length > 0 ? [{ type: 'optional_running' as const, names: namesOf(running) }] : []),
    ...(verdict.state === 'none' ? [{ type: 'nothing_checked' as const }] : []),
  ];
}

const namesOf = (checks: readonly Check[]): readonly string[] => [
  ...new Set(checks.map((check) => check.name)),
];
