import { isOffered } from '../session/episode-marks.ts';
import type { PullRequestFact } from '../session/facts.ts';
import type { Episode } from '../session/session.ts';

/** Reactions to what reviewers wrote. */
export const REVIEW_KEYS = ['changes-requested', 'bugbot-comments'] as const;

/** Mark of a review episode: the head at which the agent was last told of it. Outlives the episode. */
const ROUND = 'round:';
/** And the head that was handed back to the reviewers. */
const ANSWERED = 'answered:';

/** The head at which the agent was last told what reviewers ask for; null: it never was. */
export const toldAt = (episode: Pick<Episode, 'marks'> | undefined): string | null =>
  markValue(episode, ROUND);

/** The head that reviewers were last asked to look at again; null: none. */
export const answeredAt = (episode: Pick<Episode, 'marks'> | undefined): string | null =>
  markValue(episode, ANSWERED);

const markValue = (episode: Pick<Episode, 'marks'> | undefined, prefix: string): string | null =>
  episode?.marks.find((mark) => mark.startsWith(prefix))?.slice(prefix.length) ?? null;

export const withTold = (marks: readonly string[], head: string): readonly string[] => [
  ...marks.filter((mark) => !mark.startsWith(ROUND)),
  `${ROUND}${head}`,
];

export const withAnswered = (marks: readonly string[], head: string): readonly string[] => [
  ...marks.filter((mark) => !mark.startsWith(ANSWERED)),
  `${ANSWERED}${head}`,
];

/**
 * Whose move it is after reviewers asked for changes. `reviewer`: the agent was told at `from`, and the head is another
 * one now, so they are to look again at what changed since.
 */
export type Round =
  | { readonly state: 'none' }
  | { readonly state: 'agent' }
  | { readonly state: 'reviewer'; readonly from: string };

/** Pure. */
export function roundOf(
  pr: Pick<PullRequestFact, 'headSha' | 'review'>,
  episodes: readonly Episode[],
): Round {
  const episode = episodes.find((candidate) => candidate.key === 'changes-requested');
  if (pr.review.decision !== 'changes_requested' && episode?.open !== true)
    return { state: 'none' };
  const from = toldAt(episode);
  const waits = episode !== undefined && isOffered(episode);
  return from === null || from === pr.headSha || waits
    ? { state: 'agent' }
    : { state: 'reviewer', from };
}
