import { loginOf, subjectsOf } from '../db/identity-store.ts';
import type { Db } from '../db/open.ts';
import type { DiscountedReview, PullRequestFact } from '../domain/session/facts.ts';
import type { Input } from '../domain/session/input.ts';
import type { Snapshot } from '../domain/session/session.ts';
import type { Dispatch } from '../lifecycle/dispatch.ts';
import { type Access, OPERATOR } from './access.ts';

export interface ReviewPeopleParts {
  readonly db: Db;
  readonly access: Access;
  /** Where the logins of a project's people are; null: its scm keeps people by their chat. */
  readonly forgeOf: (project: string) => string | null;
}

/**
 * A forge knows logins, ao knows people: every pull request that is seen gets told which approvals are of the person who
 * asked for the work, and which of somebody who may not merge. What follows from that is the policy's.
 */
export function withReviewPeople(dispatch: Dispatch, parts: ReviewPeopleParts): Dispatch {
  const told = (id: string, input: Input): Input => {
    if (input.type !== 'fact' || input.fact.type !== 'pull_request') return input;
    const snapshot = dispatch.snapshot(id);
    if (snapshot === null) return input;
    return {
      ...input,
      fact: { ...input.fact, fact: withPeople(parts, dispatch, snapshot, input.fact.fact) },
    };
  };
  return { ...dispatch, input: (id, input, also) => dispatch.input(id, told(id, input), also) };
}

function withPeople(
  { db, access, forgeOf }: ReviewPeopleParts,
  dispatch: Dispatch,
  snapshot: Snapshot,
  fact: PullRequestFact,
): PullRequestFact {
  const { discounted: _before, ...review } = fact.review;
  const forge = forgeOf(snapshot.session.project);
  if (forge === null || review.approvedBy.length === 0) return { ...fact, review };
  const askers = askersOf(dispatch, snapshot);
  const found = review.approvedBy.flatMap((by): readonly DiscountedReview[] => {
    const subjects = subjectsOf(db, forge, by);
    const asked = askers.filter(
      (asker) => subjects.includes(asker) || same(loginOf(db, asker, forge), by),
    );
    if (asked.length > 0)
      return [{ by, why: asked.every((one) => one === OPERATOR) ? 'operator' : 'requester' }];
    // Of a login that nobody linked the forge alone says what it may do.
    return subjects.length > 0 && subjects.every((one) => access.mayNot(one, 'merge'))
      ? [{ by, why: 'no_right' }]
      : [];
  });
  return { ...fact, review: found.length === 0 ? review : { ...review, discounted: found } };
}

/** The person who started the session, and those who started the orchestrators above it. */
function askersOf(dispatch: Dispatch, snapshot: Snapshot): readonly string[] {
  const seen = new Set<string>();
  const askers: string[] = [];
  for (let at: Snapshot | null = snapshot; at !== null && !seen.has(at.session.id); ) {
    const { id, parent, startedBy }: Snapshot['session'] = at.session;
    seen.add(id);
    askers.push(startedBy.subject);
    at = parent === null ? null : dispatch.snapshot(parent);
  }
  return askers;
}

const same = (a: string | null, b: string): boolean => a?.toLowerCase() === b.toLowerCase();
