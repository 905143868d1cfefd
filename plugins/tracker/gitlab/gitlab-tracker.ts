import { z } from 'zod';
import type { Clock } from '../../../src/lib/clock.ts';
import { keyedMutex } from '../../../src/lib/keyed-mutex.ts';
import { rejected } from '../../../src/slots/errors.ts';
import type { ProjectInfo } from '../../../src/slots/plugin.ts';
import type { Issue, IssueComment, IssueQuery, TrackerPlugin } from '../../../src/slots/tracker.ts';
import { marked, marker, unmarked } from '../../shared/forge/marker.ts';
import type { Call } from '../../shared/forge-http/http.ts';
import { numberOf } from '../../shared/gitlab/address.ts';
import { type At, badReference, type GitLabClient } from '../../shared/gitlab/client.ts';
import type { GitLabAccess } from '../../shared/gitlab/config.ts';
import { tokenFindings } from '../../shared/gitlab/token-findings.ts';

const PAGE = 100;
/** Most pages of comments and of issues that are read. */
const MOST_PAGES = 20;
/** Most comments of an issue that go into a prompt; the newest count. */
const MAX_COMMENTS = 300;
/** Longest note that GitLab takes, characters. */
const MAX_NOTE = 1_000_000;

const user = z.object({ id: z.number(), username: z.string() });
const issueSchema = z.object({
  iid: z.number(),
  title: z.string(),
  description: z.string().nullish(),
  state: z.string(),
  labels: z.array(z.string()),
  assignees: z.array(user).nullish(),
  author: user.nullish(),
  web_url: z.string().nullish(),
  updated_at: z.string(),
});
type RawIssue = z.output<typeof issueSchema>;
const noteSchema = z.object({
  id: z.number(),
  body: z.string(),
  author: user.nullish(),
  created_at: z.string(),
  system: z.boolean(),
  internal: z.boolean().nullish(),
});
type Note = z.output<typeof noteSchema>;

/** Issues of one project, as the verbs of the tracker need them. */
interface Room {
  readonly client: GitLabClient;
  /** Number that `reference` means; null: it means no issue of the project. */
  named(reference: string): number | null;
}

export function createGitLabTracker(
  client: GitLabClient,
  access: GitLabAccess,
  project: ProjectInfo,
  clock: Clock,
): TrackerPlugin {
  const changes = keyedMutex();
  const configured = [access.repository ?? project.forge?.repository ?? null].filter(
    (name) => name !== null,
  );
  const { server } = client;
  const room: Room = {
    client,
    named: (reference) =>
      numberOf(reference, 'issue', { names: [...configured, ...client.names()], server }),
  };
  return {
    recognises: (reference) => room.named(reference) !== null,
    get: async (reference) =>
      toIssue(client, await read(client, await locate(room, reference)), true),
    list: (query) => listOf(client, query),
    comment: (id, body, key) => changes(id, () => comment(room, { id, body, key })),
    update: (id, change) => changes(id, () => update(room, id, change)),
    create: (issue) => create(client, issue),
    doctor: () => tokenFindings(client, 'Issues', clock.now()),
  };
}

async function locate({ client, named }: Room, reference: string): Promise<number> {
  await client.project();
  const number = named(reference);
  if (number === null) throw badReference(reference, 'number of an issue');
  return number;
}

const ask = (client: GitLabClient, number: number, more: Partial<At> = {}): Promise<Call> =>
  client.at({
    purpose: 'tracker',
    what: `issue #${number}`,
    ...more,
    path: `/issues/${number}${more.path ?? ''}`,
  });

const read = async (client: GitLabClient, number: number): Promise<RawIssue> =>
  client.http.json(await ask(client, number), issueSchema);

async function notesOf(client: GitLabClient, number: number): Promise<readonly Note[]> {
  const what = `comments of issue #${number}`;
  const query = { sort: 'asc', order_by: 'created_at', per_page: PAGE };
  const call = await ask(client, number, { what, path: '/notes', query });
  return (await client.http.pages(call, noteSchema, MOST_PAGES)).items;
}

/** What GitLab wrote about itself, and notes that only the team may see, stay out: agents write where everybody reads. */
async function commentsOf(client: GitLabClient, number: number): Promise<readonly IssueComment[]> {
  const said = (await notesOf(client, number))
    .filter((note) => !note.system && note.internal !== true)
    .slice(-MAX_COMMENTS);
  return Promise.all(
    said.map(async ({ id, author, body, created_at }) => ({
      id: String(id),
      author: author?.username ?? 'ghost',
      permission:
        author == null ? ('none' as const) : await client.permissions.shown(author.username),
      body: unmarked(body),
      at: Date.parse(created_at),
    })),
  );
}

const toIssue = async (client: GitLabClient, raw: RawIssue, whole: boolean): Promise<Issue> => ({
  id: String(raw.iid),
  title: raw.title,
  body: raw.description ?? '',
  state: raw.state === 'closed' ? 'closed' : 'open',
  labels: raw.labels,
  assignee: raw.assignees?.[0]?.username ?? null,
  author: raw.author?.username ?? null,
  authorPermission:
    whole && raw.author != null ? await client.permissions.shown(raw.author.username) : 'unknown',
  url: raw.web_url ?? null,
  comments: whole ? await commentsOf(client, raw.iid) : [],
  updatedAt: Date.parse(raw.updated_at),
});

async function listOf(client: GitLabClient, query: IssueQuery): Promise<readonly Issue[]> {
  const limit = query.limit ?? PAGE;
  const call = await client.at({
    purpose: 'tracker',
    what: 'the list of issues',
    path: '/issues',
    query: listQuery(query, limit),
  });
  const pages = Math.min(MOST_PAGES, Math.ceil(limit / PAGE));
  const { items } = await client.http.pages(call, issueSchema, pages);
  return Promise.all(items.slice(0, limit).map((raw) => toIssue(client, raw, false)));
}

async function comment(
  room: Room,
  { id, body, key }: { readonly id: string; readonly body: string; readonly key: string },
): Promise<void> {
  const number = await locate(room, id);
  const mark = marker(key);
  if ((await notesOf(room.client, number)).some((note) => note.body.includes(mark))) return;
  await room.client.http.send(
    await ask(room.client, number, {
      purpose: 'write',
      what: `comment on issue #${number}`,
      method: 'POST',
      path: '/notes',
      body: { body: marked(body, key, MAX_NOTE) },
    }),
  );
}

async function update(
  room: Room,
  id: string,
  change: Parameters<TrackerPlugin['update']>[1],
): Promise<void> {
  const { client } = room;
  const number = await locate(room, id);
  const before = await read(client, number);
  const wanted = change.assignee === '@me' ? (await client.viewer()).username : change.assignee;
  const body = {
    ...labelChange(before, change),
    ...stateChange(before, change.state),
    ...(await assigneeChange(client, before, wanted)),
  };
  if (Object.keys(body).length === 0) return;
  const call = await ask(client, number, { purpose: 'write', method: 'PUT', body });
  const after = await client.http.json(call, issueSchema);
  if ('assignee_ids' in body && typeof wanted === 'string' && !isAssigned(after, wanted))
    throw notAssignable(number, wanted);
}

async function create(
  client: GitLabClient,
  { title, body, labels }: Parameters<TrackerPlugin['create']>[0],
): Promise<Issue> {
  if (title.trim() === '')
    throw rejected('AO_TRACKER_NO_TITLE', 'An issue needs a title. Give it one.');
  const call = await client.at({
    purpose: 'write',
    what: 'a new issue',
    method: 'POST',
    path: '/issues',
    body: { title, description: body, labels: labels.map(plainLabel).join(',') },
  });
  return toIssue(client, await client.http.json(call, issueSchema), true);
}

function listQuery(
  { state = 'open', text, label }: IssueQuery,
  limit: number,
): At['query'] & object {
  return {
    scope: 'all',
    state: { open: 'opened', closed: 'closed', all: 'all' }[state],
    per_page: Math.min(PAGE, limit),
    ...(text === undefined ? {} : { search: text, in: 'title,description' }),
    ...(label === undefined ? {} : { labels: label }),
  };
}

const isAssigned = (issue: RawIssue, login: string): boolean =>
  (issue.assignees ?? []).some((one) => one.username.toLowerCase() === login.toLowerCase());

function labelChange(
  before: RawIssue,
  { addLabels = [], removeLabels = [] }: Parameters<TrackerPlugin['update']>[1],
): { readonly add_labels?: string; readonly remove_labels?: string } {
  const add = addLabels.filter((label) => !before.labels.includes(label)).map(plainLabel);
  const remove = removeLabels.filter((label) => before.labels.includes(label)).map(plainLabel);
  return {
    ...(add.length === 0 ? {} : { add_labels: add.join(',') }),
    ...(remove.length === 0 ? {} : { remove_labels: remove.join(',') }),
  };
}

/** GitLab takes several labels with commas between them, and makes a label that isn't there. */
function plainLabel(label: string): string {
  if (label.includes(',') || label.trim() === '')
    throw rejected(
      'AO_TRACKER_LABEL',
      `GitLab takes no label "${label.slice(0, 50)}": it can't be empty or have a comma in it. Name another one in ao.yaml.`,
    );
  return label;
}

const stateChange = (
  before: RawIssue,
  wanted: 'open' | 'closed' | undefined,
): { readonly state_event?: 'close' | 'reopen' } =>
  wanted === undefined || (before.state === 'closed') === (wanted === 'closed')
    ? {}
    : { state_event: wanted === 'closed' ? 'close' : 'reopen' };

const usersSchema = z.array(user);

/** `[0]` is nobody. */
async function assigneeChange(
  client: GitLabClient,
  before: RawIssue,
  wanted: string | null | undefined,
): Promise<{ readonly assignee_ids?: readonly number[] }> {
  if (wanted === undefined) return {};
  if (wanted === null) return (before.assignees ?? []).length === 0 ? {} : { assignee_ids: [0] };
  if (isAssigned(before, wanted)) return {};
  const found = await client.http.json(
    { purpose: 'tracker', what: `user ${wanted}`, path: '/v4/users', query: { username: wanted } },
    usersSchema,
  );
  const [one] = found;
  if (one === undefined) throw notAssignable(before.iid, wanted);
  return { assignee_ids: [one.id] };
}

const notAssignable = (number: number, login: string) =>
  rejected(
    'AO_GITLAB_NOT_ASSIGNABLE',
    `GitLab gave issue #${number} to nobody: ${login} can't have an issue of this project. Name one of its members in tracker.assign.`,
  );
