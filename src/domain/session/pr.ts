import { hasFailed, judgeChecks } from '../merge/check-rule.ts';
import type { Check, ChecksFact, PullRequestFact, ReviewComment } from './facts.ts';
import type { Snapshot } from './session.ts';

/** The pull request the session is about now: the newest open one. */
export function openPr(snapshot: Pick<Snapshot, 'prs'>): PullRequestFact | null {
  return newest(snapshot.prs.filter((pr) => pr.state === 'open'));
}

/** The newest pull request of any state; what the card shows. */
export function shownPr(snapshot: Pick<Snapshot, 'prs'>): PullRequestFact | null {
  return openPr(snapshot) ?? newest(snapshot.prs);
}

function newest(prs: readonly PullRequestFact[]): PullRequestFact | null {
  return prs.reduce<PullRequestFact | null>(
    (best, pr) => (best === null || pr.openedAt >= best.openedAt ? pr : best),
    null,
  );
}

export { hasFailed };

/** Required checks that failed because of what was pushed. */
export const failingChecks = (checks: ChecksFact): readonly Check[] => judgeChecks(checks).failed;

/** Required checks that aren't green, whatever kept them from it. */
export function redChecks(checks: ChecksFact): readonly Check[] {
  const { failed, notRun } = judgeChecks(checks);
  return [...failed, ...notRun.flatMap((one) => one.checks)];
}

/** owner/name of the repository a pull request comes from, as its key says. */
export const headRepository = (pr: Pick<PullRequestFact, 'key'>): string =>
  /^[^:]*:(.*)#\d+$/.exec(pr.key)?.[1] ?? pr.key;

export const shortSha = (sha: string): string => sha.slice(0, 7);

/** Written by a bot: the forge marks it, or the team says so. */
export const isBotComment = (
  comment: Pick<ReviewComment, 'author' | 'isBot'>,
  botAuthors: readonly string[],
): boolean => comment.isBot || botAuthors.includes(comment.author);

/** Comments that nobody wrote off yet and that were not written by ao or its agent. `botAuthors`: bots besides those the forge marks. */
export function openComments(
  pr: PullRequestFact,
  bots: boolean,
  botAuthors: readonly string[] = [],
): PullRequestFact['review']['comments'] {
  return pr.review.comments.filter(
    (comment) => !comment.resolved && !comment.own && isBotComment(comment, botAuthors) === bots,
  );
}

/** Who approved the head, by the names people know. */
export const approverNames = (pr: PullRequestFact): readonly string[] =>
  pr.review.approvedBy.map((id) => pr.review.names?.[id] ?? id);
