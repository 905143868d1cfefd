import { createHash } from 'node:crypto';
import { keyedMutex } from '../../../src/lib/keyed-mutex.ts';
import { notFound, PluginError, rejected } from '../../../src/slots/errors.ts';
import type { DoctorFinding } from '../../../src/slots/plugin.ts';
import type { Issue, IssueComment, IssueQuery, TrackerPlugin } from '../../../src/slots/tracker.ts';
import type { Permission } from '../../shared/forge/permissions.ts';
import { type Change, CLOSED, inputOf, labelIds, teamOf } from './change.ts';
import type { LinearClient } from './client.ts';
import {
  COMMENT,
  CREATE,
  createdSchema,
  doneSchema,
  FIND_COMMENT,
  foundSchema,
  GET,
  type Got,
  getSchema,
  LIST,
  type Listed,
  listSchema,
  type Person,
  type RawComment,
  type RawIssue,
  UPDATE,
} from './queries.ts';

const OPEN = ['triage', 'backlog', 'unstarted', 'started'];
const PAGE = 100;
const MOST_PAGES = 20;
const MAX_COMMENTS = 300;

interface Room {
  readonly client: LinearClient;
  readonly key: string;
}

export function createLinearTracker(client: LinearClient, key: string): TrackerPlugin {
  const room: Room = { client, key };
  const changes = keyedMutex();
  return {
    recognises: (reference) => identifierIn(reference, key) !== null,
    async get(reference) {
      const { issue, comments } = await read(room, locate(room, reference));
      return toIssue(issue, comments);
    },
    list: (query) => list(room, query),
    comment: (id, body, mark) => changes(id, () => comment(room, id, { body, mark })),
    update: (id, change) => changes(id, () => update(room, id, change)),
    create: (issue) => create(room, issue),
    doctor: () => doctor(room),
  };
}

/** `ENG-42`, also in small letters for the own team, or its address; null for free text. */
export function identifierIn(reference: string, key: string): string | null {
  const text = reference.trim();
  const [, address] =
    /^https:\/\/linear\.app\/[\w-]+\/issue\/([A-Z][A-Z0-9]{0,9}-[1-9]\d{0,8})(?:[/?#]\S*)?$/.exec(
      text,
    ) ?? [];
  if (address !== undefined) return address;
  if (!/^[a-z][a-z0-9]{0,9}-[1-9]\d{0,8}$/i.test(text)) return null;
  const upper = text.toUpperCase();
  return text === upper || upper.startsWith(`${key}-`) ? upper : null;
}

function locate({ key }: Room, reference: string): string {
  const identifier = identifierIn(reference, key);
  if (identifier !== null) return identifier;
  throw notFound(
    'AO_LINEAR_NOT_FOUND',
    `"${reference.slice(0, 100)}" isn't an issue of Linear. Give its identifier (${key}-42) or its address.`,
  );
}

async function read(
  { client }: Room,
  id: string,
): Promise<{ readonly issue: RawIssue; readonly comments: readonly RawComment[] }> {
  const asked = { purpose: 'tracker', what: `issue ${id}`, query: GET } as const;
  const comments: RawComment[] = [];
  let after: string | null = null;
  for (let page = 1; ; page += 1) {
    const { issue }: Got = await client.ask(asked, { id, after }, getSchema);
    comments.push(...issue.comments.nodes);
    after = issue.comments.pageInfo.endCursor ?? null;
    if (!issue.comments.pageInfo.hasNextPage || page === MOST_PAGES) return { issue, comments };
  }
}

/** Linear has no rights in a repository: the role in the workspace stands for them. */
const permissionOf = (person: Person | null | undefined): Permission => {
  if (person == null || !person.active) return 'none';
  if (person.admin) return 'admin';
  return person.guest ? 'read' : 'write';
};

const toComment = (raw: RawComment): IssueComment => ({
  id: raw.id,
  author: raw.user?.displayName ?? raw.botActor?.name ?? raw.externalUser?.displayName ?? 'ghost',
  permission: permissionOf(raw.user),
  body: raw.body,
  at: Date.parse(raw.createdAt),
});

const toIssue = (raw: RawIssue, comments: readonly RawComment[]): Issue => ({
  id: raw.identifier,
  title: raw.title,
  body: raw.description ?? '',
  state: CLOSED.has(raw.state.type) ? 'closed' : 'open',
  labels: raw.labels.nodes.map(({ name }) => name),
  assignee: raw.assignee?.displayName ?? null,
  author:
    raw.creator?.displayName ?? raw.externalUserCreator?.displayName ?? raw.botActor?.name ?? null,
  authorPermission: permissionOf(raw.creator),
  url: raw.url,
  comments: comments
    .map(toComment)
    .toSorted((a, b) => a.at - b.at)
    .slice(-MAX_COMMENTS),
  updatedAt: Date.parse(raw.updatedAt),
});

async function list({ client, key }: Room, query: IssueQuery): Promise<readonly Issue[]> {
  const limit = query.limit ?? PAGE;
  const { state = 'open', text, label } = query;
  const filter = {
    team: { key: { eq: key } },
    ...(state === 'all' ? {} : { state: { type: { in: state === 'open' ? OPEN : [...CLOSED] } } }),
    ...(label === undefined ? {} : { labels: { some: { name: { eq: label } } } }),
    ...(text === undefined
      ? {}
      : {
          or: [
            { title: { containsIgnoreCase: text } },
            { description: { containsIgnoreCase: text } },
          ],
        }),
  };
  const asked = { purpose: 'tracker', what: `issues of ${key}`, query: LIST } as const;
  const found: RawIssue[] = [];
  let after: string | null = null;
  for (let page = 0; page < MOST_PAGES && found.length < limit; page += 1) {
    const variables: Record<string, unknown> = { filter, first: Math.min(PAGE, limit), after };
    const { issues }: Listed = await client.ask(asked, variables, listSchema);
    found.push(...issues.nodes);
    after = issues.pageInfo.endCursor ?? null;
    if (!issues.pageInfo.hasNextPage) break;
  }
  return found.slice(0, limit).map((raw) => toIssue(raw, []));
}

/** The comment's own id is made of the key: Linear takes an id once. */
async function comment(
  room: Room,
  reference: string,
  { body, mark }: { readonly body: string; readonly mark: string },
): Promise<void> {
  const { issue } = await read(room, locate(room, reference));
  const id = uuidOf(`${issue.id} ${mark}`);
  if (await isWritten(room, id)) return;
  const asked = {
    purpose: 'write',
    what: `a comment on ${issue.identifier}`,
    query: COMMENT,
  } as const;
  await room.client
    .ask(asked, { input: { id, issueId: issue.id, body } }, doneSchema)
    .catch(async (error: unknown) => {
      // Written in this moment by an earlier try whose answer was lost.
      if (
        !(error instanceof PluginError && error.kind === 'rejected' && (await isWritten(room, id)))
      )
        throw error;
    });
}

async function isWritten({ client }: Room, id: string): Promise<boolean> {
  try {
    await client.ask(
      { purpose: 'write', what: `comment ${id}`, query: FIND_COMMENT },
      { id },
      foundSchema,
    );
    return true;
  } catch (error) {
    if (error instanceof PluginError && error.kind === 'not_found') return false;
    throw error;
  }
}

/** The same for the same words, in the form of a UUID of version 5. */
export function uuidOf(words: string): string {
  const hex = createHash('sha1').update(`ao ${words}`).digest('hex');
  const variant = ((Number.parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(18, 20)}-${hex.slice(20, 32)}`;
}

async function update(room: Room, reference: string, change: Change): Promise<void> {
  const { issue } = await read(room, locate(room, reference));
  const input = await inputOf(room, issue, change);
  if (Object.keys(input).length === 0) return;
  const asked = { purpose: 'write', what: `issue ${issue.identifier}`, query: UPDATE } as const;
  await room.client.ask(asked, { id: issue.id, input }, doneSchema);
}

async function create(
  room: Room,
  { title, body, labels }: Parameters<TrackerPlugin['create']>[0],
): Promise<Issue> {
  if (title.trim() === '')
    throw rejected('AO_TRACKER_NO_TITLE', 'An issue needs a title. Give it one.');
  const { team } = await teamOf(room, room.key);
  const ids = labels.length === 0 ? [] : await labelIds(room, team.id, labels);
  const input = { teamId: team.id, title, description: body, labelIds: ids };
  const asked = { purpose: 'write', what: 'a new issue', query: CREATE } as const;
  const { issueCreate } = await room.client.ask(asked, { input }, createdSchema);
  const { issue, comments } = await read(room, issueCreate.issue.identifier);
  return toIssue(issue, comments);
}

async function doctor(room: Room): Promise<readonly DoctorFinding[]> {
  try {
    const { team, viewer } = await teamOf(room, room.key);
    const app =
      viewer.app === true
        ? '; as an app it is made the delegate of issues, not their assignee'
        : '';
    return [
      {
        level: 'ok',
        what: `Issues of ${team.name} (${team.key}) at Linear as ${viewer.displayName}${app}`,
        fix: null,
      },
    ];
  } catch (error) {
    return [
      {
        level: 'error',
        what: error instanceof Error ? error.message : String(error),
        fix: 'Check token and team in ao.yaml.',
      },
    ];
  }
}
