import type { DiscountedReview, PullRequestFact, ReviewDecision } from '../session/facts.ts';
import type { MergePolicy } from '../session/policy.ts';

type Reviewed = Pick<PullRequestFact, 'review'>;

/** Approvals that the forge has and this policy doesn't take. */
export function discounted(
  pr: Reviewed,
  merge: Pick<MergePolicy, 'excludeRequester'>,
): readonly DiscountedReview[] {
  return (pr.review.discounted ?? []).filter(
    ({ by, why }) => pr.review.approvedBy.includes(by) && isRefused(why, merge),
  );
}

function isRefused(
  why: DiscountedReview['why'],
  merge: Pick<MergePolicy, 'excludeRequester'>,
): boolean {
  switch (why) {
    case 'no_right':
      return true;
    case 'requester':
    case 'operator':
      return merge.excludeRequester;
  }
}

/** The forge's word on the review, without approvals that the policy doesn't take. Pure. */
export function decisionFor(
  pr: Reviewed,
  merge: Pick<MergePolicy, 'excludeRequester'>,
): ReviewDecision {
  const { decision, approvedBy } = pr.review;
  // Where the forge doesn't say who approved, its word is all there is.
  if (decision !== 'approved' || approvedBy.length === 0) return decision;
  return approvedBy.length > discounted(pr, merge).length ? 'approved' : 'none';
}

/** Somebody who may, and who didn't ask for the work, approved it: what a change of sensitive files takes. Pure. */
export function reviewedByOther(pr: Reviewed): boolean {
  const { decision, approvedBy, discounted: known = [] } = pr.review;
  if (decision !== 'approved') return false;
  const counts = (by: string): boolean =>
    !known.some((one) => one.by === by && (one.why === 'requester' || one.why === 'no_right'));
  return approvedBy.length === 0 || approvedBy.some(counts);
}

/** Why an approval doesn't count, as a sentence. */
export function discountSentence({ by, why }: DiscountedReview): string {
  switch (why) {
    case 'no_right':
      return `The approval of @${by} doesn't count: the person who linked that login may not merge.`;
    case 'requester':
    case 'operator':
      return `The approval of @${by} doesn't count: that person asked for the work (merge.excludeRequester).`;
  }
}
