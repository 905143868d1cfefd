import type { PullRequestFact, ReviewComment } from '../session/facts.ts';

/** What reviewers and others talk about in one place: a thread on a line, or a remark on the whole pull request. */
export interface ReviewThread {
  /** `t1`, `t2`, … in the order in which they began; stays the same while others are resolved. */
  readonly ref: string;
  /** The thread's id at the scm; of a remark that has no thread, its own. */
  readonly id: string;
  readonly file: string | null;
  readonly line: number | null;
  readonly resolved: boolean;
  /** Oldest first, those of ao included. */
  readonly comments: readonly ReviewComment[];
}

/** Remarks by ao itself start nothing. */
export function reviewThreads(pr: Pick<PullRequestFact, 'review'>): readonly ReviewThread[] {
  const groups = Map.groupBy(pr.review.comments, (comment) => comment.threadId ?? comment.id);
  return [...groups]
    .filter(([, comments]) => comments.some((comment) => !comment.own))
    .map(([id, comments]) => ({
      id,
      comments: comments.toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)),
    }))
    .toSorted(
      (a, b) => (a.comments[0]?.at ?? 0) - (b.comments[0]?.at ?? 0) || (a.id < b.id ? -1 : 1),
    )
    .map(({ id, comments }, index) => ({
      ref: `t${index + 1}`,
      id,
      file: comments[0]?.file ?? null,
      line: comments[0]?.line ?? null,
      resolved: comments.every((comment) => comment.resolved),
      comments,
    }));
}

/** By `t2`, by the scm's id, or by the id of a comment in it. */
export function findThread(
  pr: Pick<PullRequestFact, 'review'>,
  wanted: string,
): ReviewThread | null {
  const name = wanted.trim();
  return (
    reviewThreads(pr).find(
      (thread) =>
        thread.ref === name.toLowerCase() ||
        thread.id === name ||
        thread.comments.some((comment) => comment.id === name),
    ) ?? null
  );
}

/** Where a thread is, for people. */
export interface Place {
  /** `t1`. */
  readonly thread: string;
  /** The thread's id at the scm. */
  readonly id: string;
  readonly file: string | null;
  readonly line: number | null;
}
