import type { Check, ChecksFact, PullRequestFact } from './facts.ts';
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

const FAILED = new Set(['failure', 'timed_out', 'action_required', 'cancelled', 'infrastructure']);

export const hasFailed = (check: Check): boolean =>
  check.conclusion !== null && FAILED.has(check.conclusion);

/** Failing checks that count: the required ones where the scm tells, else all. */
export function failingChecks(checks: ChecksFact): readonly Check[] {
  const failing = checks.checks.filter(hasFailed);
  const required = failing.filter((check) => check.required === true);
  if (required.length > 0) return required;
  return failing.filter((check) => check.required !== false);
}

/** owner/name of the repository a pull request comes from, as its key says. */
export const headRepository = (pr: Pick<PullRequestFact, 'key'>): string =>
  /^[^:]*:(.*)#\d+$/.exec(pr.key)?.[1] ?? pr.key;

export const shortSha = (sha: string): string => sha.slice(0, 7);

/** Comments that nobody wrote off yet and that were not written by ao or its agent. `botAuthors`: bots besides those the forge marks. */
export function openComments(
  pr: PullRequestFact,
  bots: boolean,
  botAuthors: readonly string[] = [],
): PullRequestFact['review']['comments'] {
  return pr.review.comments.filter(
    (comment) =>
      !comment.resolved &&
      !comment.own &&
      (comment.isBot || botAuthors.includes(comment.author)) === bots,
  );
}

/** Who approved the head, by the names people know. */
export const approverNames = (pr: PullRequestFact): readonly string[] =>
  pr.review.approvedBy.map((id) => pr.review.names?.[id] ?? id);
