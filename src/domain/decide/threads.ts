import { REVIEW_KEYS } from '../merge/review-round.ts';
import {
  findThread,
  type Place,
  type ReviewThread,
  reviewThreads,
} from '../merge/review-threads.ts';
import { commentMark } from '../reactions/review-conditions.ts';
import type { Effect } from '../session/effect.ts';
import type { PullRequestFact } from '../session/facts.ts';
import type { Actor } from '../session/ids.ts';
import type { Command } from '../session/input.ts';
import { openPr } from '../session/pr.ts';
import { isResting } from '../session/status.ts';
import { type Draft, effect, emit, episodeOf, putEpisode, refuse } from './draft.ts';

/** Mark of a review episode: this thread was sent to the agent while the head was this one. */
const SENT = 'sent:';
/** And this head was asked about. */
const ASKED = 'asked:';

export function replyToThread(
  draft: Draft,
  command: Command & { type: 'reply_thread' },
  by: Actor,
): void {
  withThread(draft, command.thread, (pr, thread) => {
    if (command.text.trim() === '') return refuse(draft, 'AO_BAD_REQUEST', 'Say what to reply.');
    effect(draft, {
      type: 'reply_thread',
      pr: pr.key,
      thread: thread.id,
      to: thread.comments[0]?.id ?? thread.id,
      text: command.text,
      by,
      key: command.key,
    });
  });
}

/** `all`: everything that is open. */
export function resolveThreads(
  draft: Draft,
  command: Command & { type: 'resolve_thread' },
  by: Actor,
): void {
  const pr = openPr(draft.snapshot);
  const resolve = (key: string, threads: readonly ReviewThread[]): void =>
    effect(draft, {
      type: 'resolve_threads',
      pr: key,
      threads: threads.map(({ id, file }) => ({ id, file, from: null })),
      to: null,
      by,
      nonce: String(draft.now),
    });
  if (command.thread !== 'all')
    return withThread(draft, command.thread, (found, thread) => {
      if (thread.resolved) return refuse(draft, 'AO_STALE', `${thread.ref} is resolved already.`);
      resolve(found.key, [thread]);
    });
  if (pr === null)
    return refuse(
      draft,
      'AO_NO_PULL_REQUEST',
      `${draft.snapshot.session.id} has no open pull request.`,
    );
  const open = reviewThreads(pr).filter((thread) => !thread.resolved);
  if (open.length === 0)
    return refuse(draft, 'AO_STALE', `Nothing is open on pull request #${pr.number}.`);
  resolve(pr.key, open);
}

function withThread(
  draft: Draft,
  wanted: string,
  act: (pr: PullRequestFact, thread: ReviewThread) => void,
): void {
  const { session } = draft.snapshot;
  const pr = openPr(draft.snapshot);
  if (pr === null)
    return refuse(draft, 'AO_NO_PULL_REQUEST', `${session.id} has no open pull request.`);
  const thread = findThread(pr, wanted);
  if (thread !== null) return act(pr, thread);
  const known = reviewThreads(pr).filter((candidate) => !candidate.resolved);
  const choice =
    known.length === 0
      ? 'Nothing is open there.'
      : `Open are ${known.map((candidate) => candidate.ref).join(', ')}.`;
  refuse(
    draft,
    'AO_BAD_REQUEST',
    `Pull request #${pr.number} has no thread "${wanted.slice(0, 40)}". ${choice}`,
  );
}

/** Marks that these threads went to the agent at this head. */
export function sentMarks(
  pr: PullRequestFact,
  comments: ReadonlyArray<{ readonly threadId: string | null }>,
): readonly string[] {
  return [
    ...new Set(
      comments.flatMap(({ threadId }) =>
        threadId === null ? [] : [`${SENT}${pr.headSha}:${threadId}`],
      ),
    ),
  ];
}

/**
 * The agent pushed since it was told of a thread, and its turn is over: where the push touches the file, the thread is
 * answered and gets resolved. Which files were touched is looked up; asked once per head.
 */
export function resolveFixed(draft: Draft): void {
  const pr = openPr(draft.snapshot);
  if (
    !draft.policy.resolveThreads ||
    pr === null ||
    draft.snapshot.session.ended !== null ||
    !isResting(draft.snapshot)
  )
    return;
  for (const key of REVIEW_KEYS) {
    const episode = episodeOf(draft, key);
    const asked = `${ASKED}${pr.headSha}`;
    if (episode === undefined || episode.marks.includes(asked)) continue;
    const threads = fixable(pr, episode.marks);
    if (threads.length === 0) continue;
    putEpisode(draft, {
      ...episode,
      marks: [...episode.marks.filter((mark) => !mark.startsWith(ASKED)), asked],
    });
    effect(draft, {
      type: 'resolve_threads',
      pr: pr.key,
      threads,
      to: pr.headSha,
      by: null,
      nonce: pr.headSha,
    });
  }
}

type Wanted = (Effect & { type: 'resolve_threads' })['threads'];

/** Open threads on a file whose every remark by others was sent at an earlier head; a later remark is not answered by that push. */
function fixable(pr: PullRequestFact, marks: readonly string[]): Wanted {
  return reviewThreads(pr).flatMap((thread) => {
    if (thread.resolved || thread.file === null) return [];
    const sent = marks
      .filter((mark) => mark.startsWith(SENT) && mark.endsWith(`:${thread.id}`))
      .at(-1);
    const from = sent?.slice(SENT.length, sent.length - thread.id.length - 1);
    const allTold = thread.comments.every(
      (comment) => comment.own || marks.includes(commentMark(comment)),
    );
    return from === undefined || from === pr.headSha || !allTold
      ? []
      : [{ id: thread.id, file: thread.file, from }];
  });
}

export function threadsResolved(
  draft: Draft,
  done: Effect & { type: 'resolve_threads' },
  ids: readonly string[],
): void {
  if (ids.length === 0) return;
  const pr = draft.snapshot.prs.find((candidate) => candidate.key === done.pr);
  const places = pr === undefined ? [] : placesOf(pr, ids);
  emit(draft, { type: 'review.resolved', pr: done.pr, places, by: done.by, sha: done.to });
  effect(draft, { type: 'refresh_pr', pr: done.pr, nonce: `resolved-${done.nonce}` });
}

/** Where the threads with these ids, or with comments of these ids, are. */
export const placesOf = (pr: PullRequestFact, ids: readonly string[]): readonly Place[] =>
  reviewThreads(pr)
    .filter(
      (thread) =>
        ids.includes(thread.id) || thread.comments.some((comment) => ids.includes(comment.id)),
    )
    .map(({ ref, id, file, line }) => ({ thread: ref, id, file, line }));

export function threadReplied(draft: Draft, done: Effect): void {
  if (done.type !== 'reply_thread') return;
  const pr = draft.snapshot.prs.find((candidate) => candidate.key === done.pr);
  emit(draft, {
    type: 'review.replied',
    pr: done.pr,
    place: pr === undefined ? null : (placesOf(pr, [done.thread])[0] ?? null),
    by: done.by,
  });
}
