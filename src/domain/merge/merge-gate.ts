import type { PullRequestFact } from '../session/facts.ts';
import type { MergePolicy } from '../session/policy.ts';
import { shortSha } from '../session/pr.ts';
import type { Episode } from '../session/session.ts';
import type { Millis } from '../session/time.ts';

/** Reactions that keep the gate shut while they are being handled. */
const BLOCKING = new Set([
  'ci-failed',
  'changes-requested',
  'bugbot-comments',
  'merge-conflicts',
  'branch-behind',
]);

export interface GateInput {
  readonly pr: PullRequestFact;
  readonly merge: MergePolicy;
  /** Window in which checks may still register after a push. */
  readonly settle: Millis;
  readonly episodes: readonly Episode[];
  readonly now: Millis;
}

/**
 * What the merge still waits for, each a sentence; empty means the gate is open. Anything unknown keeps it shut.
 */
export function gate(input: GateInput): readonly string[] {
  const { pr } = input;
  if (pr.state !== 'open') return [`The pull request is ${pr.state}.`];
  const waits = [
    draft(pr),
    checks(input),
    review(input),
    mergeability(pr),
    ...pr.blockers.map(sentence),
    ...handled(input.episodes),
  ];
  return waits.filter((wait): wait is string => wait !== null);
}

/** When a gate that waits only for the settle window opens; null when time alone won't open it. */
export function gateOpensAt(input: GateInput): Millis | null {
  const at = input.pr.headAt + input.settle;
  if (at <= input.now) return null;
  return gate({ ...input, now: at }).length === 0 ? at : null;
}

const draft = (pr: PullRequestFact): string | null => (pr.draft ? 'It is a draft.' : null);

function checks({ pr, merge, settle, now }: GateInput): string | null {
  const { state, sha } = pr.checks;
  if (state === 'none') {
    if (merge.requireChecks) return 'No checks have run.';
    return now - pr.headAt < settle ? 'Checks may still register for this push.' : null;
  }
  if (sha !== pr.headSha)
    return `The checks are of ${sha === null ? 'another commit' : shortSha(sha)}, the head is ${shortSha(pr.headSha)}.`;
  if (state === 'passing') return null;
  if (state === 'failing') return 'A check failed.';
  return state === 'pending' ? 'Checks are running.' : 'The state of the checks is not known.';
}

function review({ pr, merge }: GateInput): string | null {
  switch (pr.review.decision) {
    case 'approved':
      return null;
    case 'changes_requested':
      return 'Changes were requested.';
    case 'required':
      return 'A review is missing.';
    case 'none':
      return merge.requireReview ? 'A review is missing.' : null;
  }
}

function mergeability(pr: PullRequestFact): string | null {
  switch (pr.mergeability) {
    case 'clean':
      return null;
    case 'behind':
      return `The branch is behind ${pr.base}.`;
    case 'blocked':
      return pr.blockers.length > 0 ? null : 'The branch rules block it.';
    case 'conflicting':
      return `It conflicts with ${pr.base}${pr.conflicts.length > 0 ? ` in ${pr.conflicts.slice(0, 3).join(', ')}` : ''}.`;
    case 'unstable':
      return 'The forge calls it unstable.';
    case 'queued':
      return 'It is queued at the forge, which merges it by itself.';
    case 'unknown':
      return 'Whether it can be merged is not known yet.';
  }
}

const handled = (episodes: readonly Episode[]): readonly string[] =>
  episodes
    .filter((episode) => episode.open && BLOCKING.has(episode.key))
    .map((episode) => `${episode.key} is still being handled.`);

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);
