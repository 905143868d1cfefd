import type { ReviewComment, ReviewFact } from '../../../src/domain/session/facts.ts';
import type { CommentRecord, PullRequestRecord, ReviewRecord } from './record.ts';

export interface ReviewRules {
  readonly dismissStaleReviews: boolean;
  readonly requireReview: boolean;
}

/** Pure: what the kept reviews mean for the head. Each person's latest review counts. */
export function reviewFact(pr: PullRequestRecord, rules: ReviewRules): ReviewFact {
  const latest = latestByPerson(pr.reviews);
  const approvedBy = latest
    .filter(
      (review) =>
        review.decision === 'approve' &&
        (review.base ?? pr.base) === pr.base &&
        (!rules.dismissStaleReviews || review.sha === pr.headSha),
    )
    .map((review) => review.by);
  const standing = latest.filter(
    (review) => review.decision === 'request_changes' && stands(review, pr.comments),
  );
  const comments = pr.comments.map(toReviewComment);
  const names = Object.fromEntries(latest.map((review) => [review.by, review.name]));
  const requests = standing.map(({ key: id, by, sha, at }) => ({ id, by, sha, at }));
  if (standing.length > 0)
    return { decision: 'changes_requested', approvedBy, names, comments, requests };
  if (approvedBy.length > 0) return { decision: 'approved', approvedBy, names, comments };
  return { decision: rules.requireReview ? 'required' : 'none', approvedBy, names, comments };
}

/** An approval settles what the same person asked for before. */
export function settleFormerRequests(pr: PullRequestRecord, by: string): readonly CommentRecord[] {
  const asked = new Set(
    pr.reviews.filter((review) => review.by === by).flatMap((review) => review.comments),
  );
  return pr.comments.map((comment) =>
    asked.has(comment.id) ? { ...comment, resolved: true } : comment,
  );
}

function latestByPerson(reviews: readonly ReviewRecord[]): readonly ReviewRecord[] {
  return [...new Map(reviews.map((review) => [review.by, review])).values()];
}

const stands = (review: ReviewRecord, comments: readonly CommentRecord[]): boolean =>
  comments.some((comment) => review.comments.includes(comment.id) && !comment.resolved);

const toReviewComment = ({ key: _key, ...comment }: CommentRecord): ReviewComment => ({
  ...comment,
  isBot: false,
  permission: 'admin',
});
