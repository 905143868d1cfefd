import type { Episode } from './session.ts';

/** Mark of an episode whose reaction waits for somebody's click. */
export const OFFERED = 'offered';

export const isOffered = (episode: Pick<Episode, 'open' | 'marks'>): boolean =>
  episode.open && episode.marks.includes(OFFERED);

/** Mark of an episode whose action failed on this head. */
export const failureMark = (sha: string): string => `failed:${sha}`;

/** Asked anew: that it failed before says nothing of this time. */
export const withoutFailure = ({ marks }: Pick<Episode, 'marks'>, sha: string): readonly string[] =>
  marks.filter((mark) => mark !== failureMark(sha));
