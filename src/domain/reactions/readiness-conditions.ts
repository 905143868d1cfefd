import type { Draft } from '../decide/draft.ts';
import type { Fault } from '../merge/check-faults.ts';
import { areOfHead, judgeChecks } from '../merge/check-rule.ts';
import type { Wait } from '../merge/readiness.ts';
import { waitSentence, whoCan } from '../merge/readiness-words.ts';
import type { PullRequestFact } from '../session/facts.ts';
import type { ReactionPolicy } from '../session/policy.ts';
import { isAsked, isResting, readinessOf } from '../session/status.ts';
import { after, type Condition, holds, OVER, PENDING } from './condition.ts';

/** Required checks failed because of what was pushed. */
export function ciFailed(pr: PullRequestFact): Condition {
  if (!areOfHead(pr)) return PENDING;
  const { state, failed } = judgeChecks(pr.checks);
  switch (state) {
    case 'failing':
      return holds(
        `${pr.headSha} ${failed
          .map((check) => check.name)
          .toSorted()
          .join(',')}`,
      );
    case 'passing':
    case 'not_run':
      return OVER;
    case 'none':
    case 'running':
    case 'unknown':
      return PENDING;
  }
}

/** Required checks that nobody's code kept from running. People are told once a project and reason. */
export function checksNotRun(draft: Draft, pr: PullRequestFact): Condition {
  if (!areOfHead(pr)) return PENDING;
  const { state, notRun } = judgeChecks(pr.checks);
  // Which session asks is looked up first; when that takes too long this one does.
  const due = (pr.checks.firstFailureAt ?? draft.now) + LOOK_UP;
  if (notRun.length > 0 && !outageKnown(draft, pr) && due > draft.now)
    return { state: 'pending', dueAt: due };
  if (notRun.length > 0)
    return holds(
      `${pr.headSha} ${notRun
        .map(
          ({ fault, checks }) =>
            `${fault}:${checks
              .map((check) => check.name)
              .toSorted()
              .join(',')}`,
        )
        .toSorted()
        .join(' ')}`,
    );
  return state === 'passing' || state === 'failing' || draft.snapshot.session.paused !== null
    ? OVER
    : PENDING;
}

const LOOK_UP = 5_000;

const outageKnown = (draft: Draft, pr: PullRequestFact): boolean =>
  draft.snapshot.facts.outage?.faults.join() === faultsOf(pr).join();

/** Which faults keep its required checks from running, sorted. */
export const faultsOf = (pr: PullRequestFact): readonly Fault[] =>
  areOfHead(pr) && pr.state === 'open'
    ? judgeChecks(pr.checks)
        .notRun.map(({ fault }) => fault)
        .toSorted()
    : [];

/** People are asked about the same in another session of the project. */
export const isToldElsewhere = (draft: Draft): boolean =>
  (draft.snapshot.facts.outage?.elsewhere ?? null) !== null;

/** What a draft may still wait for while its agent is done. */
const OF_OTHERS: ReadonlySet<Wait['type']> = new Set([
  'draft',
  'review_missing',
  'review_again',
  'mergeability_unknown',
  'blocked',
]);

/** A draft whose agent rests, with nothing asked of it and nothing left that it or the checks have to do. */
export function draftDone(draft: Draft, pr: PullRequestFact): Condition {
  if (!pr.draft) return OVER;
  if (!isResting(draft.snapshot) || isAsked(draft.snapshot)) return PENDING;
  const { waits } = readinessOf(pr, draft.snapshot, draft.policy, draft.now);
  return waits.every(({ type }) => OF_OTHERS.has(type)) ? holds(pr.headSha) : PENDING;
}

/** No reaction asks anybody about it again. */
const mayLast = (wait: Wait): boolean =>
  wait.type === 'other_work' || whoCan(wait) === 'forge' || whoCan(wait) === 'admin';

/** Something that should end by itself lasts: whoever can look is told what it is. */
export function gateWaits(draft: Draft, pr: PullRequestFact, policy: ReactionPolicy): Condition {
  const lasting = readinessOf(pr, draft.snapshot, draft.policy, draft.now).waits.filter(mayLast);
  if (lasting.length === 0) return OVER;
  const types = [...new Set(lasting.map(({ type }) => type))].toSorted().join(',');
  const since = Math.max(pr.headAt, draft.snapshot.session.merging?.at ?? 0);
  return after(draft, since, policy.threshold, `${pr.headSha} ${types}`);
}

/** What lasts, in words for people. */
export const lastingWords = (draft: Draft, pr: PullRequestFact): string =>
  readinessOf(pr, draft.snapshot, draft.policy, draft.now)
    .waits.filter(mayLast)
    .map(waitSentence)
    .join(' ');
