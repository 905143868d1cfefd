import type { Wait } from '../merge/readiness.ts';
import { answeredAt, roundOf, withAnswered } from '../merge/review-round.ts';
import type { PullRequestFact } from '../session/facts.ts';
import { openPr } from '../session/pr.ts';
import { isAsked, isResting, readinessOf } from '../session/status.ts';
import { type Draft, effect, emit, episodeOf, putEpisode } from './draft.ts';

/** Before these are known nobody is asked to look: the head may be sent back to the agent. */
const CHECKS: ReadonlySet<Wait['type']> = new Set([
  'settling',
  'checks_failed',
  'checks_running',
  'checks_unknown',
  'checks_of_other_commit',
  'conflicting',
]);

/**
 * The agent answered what reviewers asked for with a push, and its turn is over: told once for each head, and whoever asked
 * for changes is asked to look at what changed since.
 */
export function handBackRound(draft: Draft): void {
  const pr = openPr(draft.snapshot);
  const episode = episodeOf(draft, 'changes-requested');
  if (pr === null || episode === undefined || draft.snapshot.session.ended !== null) return;
  const round = roundOf(pr, draft.snapshot.episodes);
  if (round.state !== 'reviewer' || answeredAt(episode) === pr.headSha) return;
  if (!isResting(draft.snapshot) || isAsked(draft.snapshot)) return;
  const { waits } = readinessOf(pr, draft.snapshot, draft.policy, draft.now);
  if (waits.some(({ type }) => CHECKS.has(type))) return;
  putEpisode(draft, { ...episode, marks: withAnswered(episode.marks, pr.headSha) });
  const reviewers = reviewersOf(pr);
  emit(draft, {
    type: 'review.answered',
    pr: pr.key,
    from: round.from,
    sha: pr.headSha,
    by: reviewers.map((id) => pr.review.names?.[id] ?? id),
    to: reviewers.filter((id) => pr.review.names?.[id] !== undefined),
  });
  effect(draft, {
    type: 'ask_review_again',
    pr: pr.key,
    reviewers,
    from: round.from,
    sha: pr.headSha,
  });
}

const reviewersOf = (pr: PullRequestFact): readonly string[] => [
  ...new Set((pr.review.requests ?? []).map((request) => request.by)),
];
