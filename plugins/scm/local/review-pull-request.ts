import type { Actor } from '../../../src/domain/session/ids.ts';
import type { RepositoryGit as Git } from '../../../src/git/repository-git.ts';
import { rejected } from '../../../src/slots/errors.ts';
import type { ScmPlugin } from '../../../src/slots/scm.ts';
import type { CommentRecord, PullRequestRecord } from './record.ts';
import { settleFormerRequests } from './reviews.ts';

type ReviewInput = Parameters<ScmPlugin['review']>[1];
type CommentInput = Parameters<ScmPlugin['comment']>[1];

const HUNK_LINES = 3;

/** Pure but for reading the commented lines. Returns the record as it was when the key was used before. */
export async function withReview(
  git: Git,
  pr: PullRequestRecord,
  input: ReviewInput,
  now: number,
): Promise<PullRequestRecord> {
  if (usedKey(pr, input.key)) return pr;
  const text = input.text.trim();
  if (input.decision !== 'approve' && text === '') {
    throw rejected(
      'AO_SCM_EMPTY_REVIEW',
      'The review says nothing. Say what should change, or approve.',
    );
  }
  const comment = text === '' ? null : await commentOf(git, pr, input, text, now);
  const comments =
    input.decision === 'approve' ? settleFormerRequests(pr, input.by.subject) : pr.comments;
  // The text of an approval is not something to settle.
  const added = comment === null ? [] : [{ ...comment, resolved: input.decision === 'approve' }];
  const review =
    input.decision === 'comment'
      ? []
      : [
          {
            key: input.key,
            by: input.by.subject,
            name: input.by.name,
            decision: input.decision,
            sha: pr.headSha,
            base: pr.base,
            comments: added.map((each) => each.id),
            at: now,
          },
        ];
  return { ...pr, comments: [...comments, ...added], reviews: [...pr.reviews, ...review] };
}

/** A comment by ao or the agent: the contract's `comment` has no other author. */
export function withComment(
  pr: PullRequestRecord,
  input: CommentInput,
  now: number,
): PullRequestRecord {
  if (usedKey(pr, input.key)) return pr;
  const thread =
    input.inReplyTo === null
      ? null
      : (pr.comments.find(
          (each) => each.id === input.inReplyTo || each.threadId === input.inReplyTo,
        )?.threadId ?? null);
  if (input.inReplyTo !== null && thread === null)
    throw rejected(
      'AO_SCM_NO_THREAD',
      `There is no comment ${input.inReplyTo} to reply to on pull request #${pr.number}.`,
    );
  const id = nextId(pr);
  const comment: CommentRecord = {
    id,
    key: input.key,
    kind: thread === null ? 'pr_comment' : 'reply',
    threadId: thread ?? id,
    author: 'system:ao',
    own: true,
    file: null,
    line: null,
    hunk: null,
    body: input.body,
    resolved: true,
    at: now,
  };
  return { ...pr, comments: [...pr.comments, comment] };
}

export function withResolvedThread(pr: PullRequestRecord, threadId: string): PullRequestRecord {
  if (!pr.comments.some((each) => each.threadId === threadId))
    throw rejected(
      'AO_SCM_NO_THREAD',
      `There is no thread ${threadId} on pull request #${pr.number}.`,
    );
  return {
    ...pr,
    comments: pr.comments.map((each) =>
      each.threadId === threadId ? { ...each, resolved: true } : each,
    ),
  };
}

const usedKey = (pr: PullRequestRecord, key: string): boolean =>
  pr.reviews.some((each) => each.key === key) || pr.comments.some((each) => each.key === key);

const nextId = (pr: PullRequestRecord): string => `${pr.number}-${pr.comments.length + 1}`;

const isOwn = (by: Actor): boolean => by.via === 'agent' || by.via === 'system';

async function commentOf(
  git: Git,
  pr: PullRequestRecord,
  input: ReviewInput,
  body: string,
  now: number,
): Promise<CommentRecord> {
  const id = nextId(pr);
  const hunk =
    input.file === null || input.line === null
      ? null
      : await linesAround(git, pr.headSha, input.file, input.line);
  return {
    id,
    key: input.key,
    kind: input.file === null ? 'body' : 'inline',
    threadId: id,
    author: input.by.name,
    own: isOwn(input.by),
    file: input.file,
    line: input.line,
    hunk,
    body,
    resolved: false,
    at: now,
  };
}

/** The commented line with its neighbours, each with its number; null where the file has no such line. */
async function linesAround(
  git: Git,
  sha: string,
  file: string,
  line: number,
): Promise<string | null> {
  const shown = await git.run(['show', `${sha}:${file}`]);
  if (shown.code !== 0) return null;
  const lines = shown.stdout.split('\n');
  if (line < 1 || line > lines.length) return null;
  const from = Math.max(1, line - HUNK_LINES);
  return lines
    .slice(from - 1, line)
    .map((text, index) => `${from + index}: ${text}`)
    .join('\n');
}
