import type { Actor } from '../../../src/domain/session/ids.ts';
import type { RepositoryGit as Git } from '../../../src/git/repository-git.ts';
import { rejected } from '../../../src/slots/errors.ts';
import type { LineRemark, ScmPlugin } from '../../../src/slots/scm.ts';
import type { CommentRecord, PullRequestRecord } from './record.ts';
import { settleFormerRequests } from './reviews.ts';

type ReviewInput = Parameters<ScmPlugin['review']>[1];
type CommentInput = Parameters<ScmPlugin['comment']>[1];

/** The text of the review, or a remark on a line. */
type Said = Omit<LineRemark, 'file'> & { readonly file: string | null };

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
  const remarks = input.comments ?? [];
  if (input.decision !== 'approve' && text === '' && remarks.length === 0) {
    throw rejected(
      'AO_SCM_EMPTY_REVIEW',
      'The review says nothing. Say what should change, or approve.',
    );
  }
  const said: ReadonlyArray<Said> = [
    ...(text === '' ? [] : [{ file: input.file, line: input.line, hunk: null, text }]),
    ...remarks,
  ];
  const comments =
    input.decision === 'approve' ? settleFormerRequests(pr, input.by.subject) : pr.comments;
  const added: CommentRecord[] = [];
  for (const [at, one] of said.entries()) {
    const comment = await commentOf(git, pr, { ...one, id: nextId(pr, at) }, input, now);
    // The text of an approval is not something to settle.
    added.push({ ...comment, resolved: input.decision === 'approve' });
  }
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

/** `further`: how many are added before it. */
const nextId = (pr: PullRequestRecord, further = 0): string =>
  `${pr.number}-${pr.comments.length + 1 + further}`;

const isOwn = (by: Actor): boolean => by.via === 'agent' || by.via === 'system';

async function commentOf(
  git: Git,
  pr: PullRequestRecord,
  { id, file, line, hunk, text }: Said & { readonly id: string },
  { key, by }: Pick<ReviewInput, 'key' | 'by'>,
  now: number,
): Promise<CommentRecord> {
  const lines =
    file === null || line === null ? null : await linesAround(git, pr.headSha, file, line);
  return {
    id,
    key,
    kind: file === null ? 'body' : 'inline',
    threadId: id,
    author: by.name,
    own: isOwn(by),
    file,
    line,
    hunk: lines ?? hunk,
    body: text,
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
