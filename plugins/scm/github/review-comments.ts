import type { ReviewComment } from '../../../src/domain/session/facts.ts';
import { isMarked, unmarked } from '../../shared/github/marker.ts';
import type { Permissions } from '../../shared/github/permissions.ts';
import type { Full } from './schema.ts';

export interface Authors {
  readonly permissions: Permissions;
  /** Login ao acts as. */
  readonly viewer: string;
  /** The login is an app's: nobody but ao writes as it. A person's own token says nothing of who wrote. */
  readonly viewerIsApp: boolean;
  /** Lower case. */
  readonly bots: ReadonlySet<string>;
}

interface Said {
  readonly id: string;
  readonly body: string;
  readonly isMinimized: boolean;
  readonly author: { readonly login: string; readonly __typename: string } | null;
  readonly authorAssociation: string;
  readonly viewerDidAuthor: boolean;
}
type Place = Omit<ReviewComment, 'id' | 'author' | 'isBot' | 'own' | 'permission' | 'body'>;

/** Everything people and bots said about a pull request, oldest first; what ao said is marked `own`. */
export async function reviewComments(
  pr: Pick<Full, 'reviewThreads' | 'reviews' | 'comments'>,
  authors: Authors,
): Promise<readonly ReviewComment[]> {
  const found: Array<readonly [Said, Place]> = [
    ...inThreads(pr),
    ...bodies(pr),
    ...onPullRequest(pr),
  ];
  const all = await Promise.all(found.map(([said, place]) => toComment(said, place, authors)));
  return all.toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}

const inThreads = (pr: Pick<Full, 'reviewThreads'>): ReadonlyArray<readonly [Said, Place]> =>
  pr.reviewThreads.nodes.flatMap((thread) =>
    thread.comments
      // A pending one is its author's draft.
      .filter((comment) => comment.state !== 'PENDING')
      .map(
        (comment, index) =>
          [
            comment,
            {
              threadId: thread.id,
              kind: index === 0 ? 'inline' : 'reply',
              file: thread.path,
              line: thread.line ?? thread.originalLine,
              hunk: index === 0 ? comment.diffHunk : null,
              resolved: thread.isResolved || comment.isMinimized,
              at: comment.createdAt,
              editedAt: comment.lastEditedAt,
            },
          ] as const,
      ),
  );

/** An approval's text asks for nothing, and a dismissed review doesn't any more. */
const bodies = (pr: Pick<Full, 'reviews'>): ReadonlyArray<readonly [Said, Place]> =>
  (pr.reviews?.nodes ?? [])
    .filter((review) => review.body.trim() !== '' && review.state !== 'PENDING')
    .map(
      (review) =>
        [
          review,
          {
            threadId: null,
            kind: 'body',
            file: null,
            line: null,
            hunk: null,
            resolved:
              review.isMinimized || review.state === 'APPROVED' || review.state === 'DISMISSED',
            at: review.submittedAt ?? 0,
            editedAt: review.lastEditedAt,
          },
        ] as const,
    );

const onPullRequest = (pr: Pick<Full, 'comments'>): ReadonlyArray<readonly [Said, Place]> =>
  pr.comments.nodes.map(
    (comment) =>
      [
        comment,
        {
          threadId: null,
          kind: 'pr_comment',
          file: null,
          line: null,
          hunk: null,
          resolved: comment.isMinimized,
          at: comment.createdAt,
          editedAt: comment.lastEditedAt,
        },
      ] as const,
  );

async function toComment(said: Said, place: Place, authors: Authors): Promise<ReviewComment> {
  const login = said.author?.login ?? 'ghost';
  const isBot =
    said.author?.__typename === 'Bot' ||
    login.endsWith('[bot]') ||
    authors.bots.has(login.toLowerCase());
  const mine = said.viewerDidAuthor || sameLogin(login, authors.viewer);
  // One person may be ao's login, the agent's and a reviewer: what ao and its agents write has ao's hidden mark.
  const own = mine && (authors.viewerIsApp || isMarked(said.body));
  const permission =
    said.author === null
      ? 'none'
      : isBot || own
        ? 'unknown'
        : await authors.permissions.recent(login, said.authorAssociation);
  return {
    id: said.id,
    author: login,
    isBot,
    own,
    permission,
    body: unmarked(said.body),
    ...place,
  };
}

/** GraphQL leaves out the `[bot]` that REST puts after an app's name. */
const sameLogin = (a: string, b: string): boolean =>
  a.replace(/\[bot\]$/, '').toLowerCase() === b.replace(/\[bot\]$/, '').toLowerCase();
