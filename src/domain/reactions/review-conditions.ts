import type { Draft } from '../decide/draft.ts';
import { REVIEW_KEYS, toldAt } from '../merge/review-round.ts';
import type { ChangeRequest, PullRequestFact, ReviewComment } from '../session/facts.ts';
import { isBotComment, openComments } from '../session/pr.ts';
import type { Episode } from '../session/session.ts';
import { type Condition, holds, OVER } from './condition.ts';

/** Comments handled once stay handled, also over episodes: their ids are marks. One that was edited is another one. */
export const commentMark = (comment: ReviewComment): string =>
  comment.editedAt == null ? `c:${comment.id}` : `c:${comment.id}@${comment.editedAt}`;

/** So do requests for changes, which may come without a comment. */
export const requestMark = (request: ChangeRequest): string => `r:${request.id}`;

/** Reactions to what reviewers wrote. */
export const isReview = (key: string): boolean => REVIEW_KEYS.some((known) => known === key);

const isOfBots = (key: string): boolean => key === 'bugbot-comments';

/** Open comments that the agent was not told of, as they are now. */
export function unhandled(
  draft: Draft,
  pr: PullRequestFact,
  episode: Episode | undefined,
  key: string,
): readonly ReviewComment[] {
  const marks = new Set(episode?.marks ?? []);
  return openComments(pr, isOfBots(key), draft.policy.botAuthors).filter(
    (comment) => !marks.has(commentMark(comment)) && !isInFlux(draft, comment),
  );
}

/** Standing requests for changes that the agent was not told of. */
export function unhandledRequests(
  pr: PullRequestFact,
  episode: Episode | undefined,
  key: string,
): readonly ChangeRequest[] {
  if (isOfBots(key)) return [];
  const marks = new Set(episode?.marks ?? []);
  return (pr.review.requests ?? []).filter((request) => !marks.has(requestMark(request)));
}

/** A bot that edits its comment writes on it: its last state counts, once it was left alone for a while. */
const isInFlux = (draft: Draft, comment: ReviewComment): boolean =>
  draft.now < leftAloneAt(draft, comment);

const leftAloneAt = (draft: Draft, comment: ReviewComment): number =>
  comment.editedAt != null && isBotComment(comment, draft.policy.botAuthors)
    ? comment.editedAt + draft.policy.settle
    : 0;

/**
 * Something new was said, or what was said is still open at the head at which the agent was told. A head that moved since
 * hands the round back to the reviewers: nothing is told twice.
 */
export function reviewCondition(draft: Draft, key: string, pr: PullRequestFact): Condition {
  const episode = draft.snapshot.episodes.find((candidate) => candidate.key === key);
  const fresh = [
    ...unhandled(draft, pr, episode, key).map(commentKey),
    ...unhandledRequests(pr, episode, key).map((request) => request.id),
  ];
  if (fresh.length > 0) return holds(fresh.toSorted().join(','));
  const open = openComments(pr, isOfBots(key), draft.policy.botAuthors);
  const due = Math.min(
    ...open.map((comment) => leftAloneAt(draft, comment)).filter((at) => at > draft.now),
  );
  if (Number.isFinite(due)) return { state: 'pending', dueAt: due };
  const told = toldAt(episode);
  if (told !== null && told !== pr.headSha) return OVER;
  const requested = !isOfBots(key) && pr.review.decision === 'changes_requested';
  const threads = open.some((comment) => comment.kind === 'inline' || comment.kind === 'reply');
  if (episode?.open && (requested || threads)) return holds(episode.fingerprint);
  return requested && told === null ? holds(`decision ${pr.headSha}`) : OVER;
}

/** The comment as it is now, as the reaction's fingerprint names it. */
export const commentKey = (comment: ReviewComment): string =>
  comment.editedAt == null ? comment.id : `${comment.id}@${comment.editedAt}`;
