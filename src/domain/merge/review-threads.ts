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

/** What somebody asked for, as it is told in the thread. */
export interface Remark {
  readonly by: string;
  readonly file: string | null;
  readonly line: number | null;
  /** At most 600 characters; what is cut ends with `…`. */
  readonly text: string;
}

const MOST_REMARKS = 5;
const REMARK_CHARS = 600;

/** The first five remarks of a round. The agent gets all of them, whole. */
export const remarksOf = (
  comments: readonly Pick<ReviewComment, 'author' | 'file' | 'line' | 'body'>[],
): readonly Remark[] =>
  comments.slice(0, MOST_REMARKS).map(({ author, file, line, body }) => ({
    by: author,
    file,
    line,
    text: body.length <= REMARK_CHARS ? body : `${body.slice(0, REMARK_CHARS - 1)}…`,
  }));

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
