import type { ReviewComment } from '../../../src/domain/session/facts.ts';
import { isMarked, unmarked } from '../../shared/forge/marker.ts';
import type { Permissions } from '../../shared/forge/permissions.ts';
import type { Viewer } from '../../shared/gitlab/client.ts';
import type { Hunks } from './hunks.ts';
import type { Note } from './schema.ts';

export interface CommentParts {
  readonly permissions: Permissions;
  readonly viewer: Viewer;
  /** Lower case: logins that are bots besides those GitLab marks. */
  readonly bots: ReadonlySet<string>;
  readonly hunks: Hunks;
  /** Notes without a thread that somebody marked as dealt with, in ao. */
  readonly dealtWith: (note: string) => boolean;
}

/** Everything people and bots said, oldest first. GitLab's own notes stay out, and those that only the team may see. */
export async function commentsOf(
  notes: readonly Note[],
  parts: CommentParts,
): Promise<readonly ReviewComment[]> {
  const said = notes
    .filter((note) => !note.system && note.internal !== true)
    .toSorted((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
  const begun = new Set<string>();
  const all: ReviewComment[] = [];
  for (const note of said) {
    const thread = note.discussion?.resolvable === true ? note.discussion : null;
    const first = thread === null || !begun.has(thread.id);
    if (thread !== null) begun.add(thread.id);
    all.push(await toComment(note, { thread, first }, parts));
  }
  return all;
}

async function toComment(
  note: Note,
  { thread, first }: { readonly thread: Note['discussion']; readonly first: boolean },
  parts: CommentParts,
): Promise<ReviewComment> {
  const login = note.author?.username ?? 'ghost';
  const isBot = note.author?.bot === true || parts.bots.has(login.toLowerCase());
  // A person's own token says nothing of who wrote: what ao and its agents write has ao's hidden mark.
  const own = login === parts.viewer.username && (parts.viewer.bot || isMarked(note.body));
  const place = note.position ?? null;
  return {
    id: note.id,
    threadId: thread?.id ?? null,
    kind: place === null ? (first ? 'pr_comment' : 'reply') : first ? 'inline' : 'reply',
    author: login,
    isBot,
    own,
    permission: await permissionOf(login, note.author == null, isBot || own, parts.permissions),
    file: place?.filePath ?? null,
    line: place?.newLine ?? place?.oldLine ?? null,
    hunk: place !== null && first ? await parts.hunks(place) : null,
    body: unmarked(note.body),
    resolved: thread?.resolved ?? parts.dealtWith(note.id),
    at: note.createdAt,
    editedAt: note.lastEditedAt ?? null,
  };
}

const permissionOf = async (
  login: string,
  gone: boolean,
  counts: boolean,
  permissions: Permissions,
): Promise<ReviewComment['permission']> => {
  if (gone) return 'none';
  return counts ? 'unknown' : permissions.shown(login);
};
