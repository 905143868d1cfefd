import { createHash } from 'node:crypto';
import { keyedMutex } from '../../../src/lib/keyed-mutex.ts';
import { notFound, rejected } from '../../../src/slots/errors.ts';
import type { DoctorFinding } from '../../../src/slots/plugin.ts';
import type { Issue, IssueComment, IssueQuery, TrackerPlugin } from '../../../src/slots/tracker.ts';
import type { Call } from '../../shared/forge-http/http.ts';
import { update } from './change.ts';
import type { JiraClient } from './client.ts';
import type { JiraConfig } from './config.ts';
import { about, nameOf, type Room } from './room.ts';
import {
  commentsSchema,
  createdSchema,
  type Found,
  foundSchema,
  issueSchema,
  projectSchema,
  type RawComment,
  type RawIssue,
} from './schema.ts';

const FIELDS = [
  'summary',
  'description',
  'status',
  'labels',
  'assignee',
  'creator',
  'updated',
  'project',
];
const PAGE = 100;
const MOST_PAGES = 20;
const MAX_COMMENTS = 300;
/** Under which ao keeps what a comment is about. */
const PROPERTY = 'ao';

export function createJiraTracker(client: JiraClient, config: JiraConfig): TrackerPlugin {
  const room: Room = { client, config };
  const changes = keyedMutex();
  return {
    recognises: (reference) => keyIn(reference, config) !== null,
    async get(reference) {
      const raw = await read(room, locate(room, reference));
      return toIssue(room, raw, await commentsOf(room, raw.key));
    },
    list: (query) => list(room, query),
    comment: (id, body, key) => changes(id, () => comment(room, locate(room, id), { body, key })),
    update: (id, change) =>
      changes(id, async () => update(room, await read(room, locate(room, id)), change)),
    create: (issue) => create(room, issue),
    doctor: () => doctor(room),
  };
}

/** `ENG-42`, also in small letters for the own project, or its address; null for free text. */
export function keyIn(reference: string, { baseUrl, project }: JiraConfig): string | null {
  const text = reference.trim();
  if (/^https?:\/\/\S+$/i.test(text) && URL.canParse(text)) {
    const url = new URL(text);
    if (url.host !== new URL(baseUrl).host) return null;
    const said =
      url.searchParams.get('selectedIssue') ?? /\/browse\/([^/]+)$/.exec(url.pathname)?.[1];
    return said !== undefined && KEY.test(said) ? said : null;
  }
  if (!KEY.test(text.toUpperCase())) return null;
  const upper = text.toUpperCase();
  return text === upper || upper.startsWith(`${project}-`) ? upper : null;
}
const KEY = /^[A-Z][A-Z0-9_]{0,30}-[1-9]\d{0,8}$/;

function locate({ config }: Room, reference: string): string {
  const key = keyIn(reference, config);
  if (key !== null) return key;
  throw notFound(
    'AO_JIRA_NOT_FOUND',
    `"${reference.slice(0, 100)}" isn't an issue of Jira. Give its key (${config.project}-42) or its address.`,
  );
}

const read = (room: Room, key: string): Promise<RawIssue> =>
  room.client.json(about(room, key, { query: { fields: FIELDS.join(',') } }), issueSchema);

async function rawComments(room: Room, key: string): Promise<readonly RawComment[]> {
  const found: RawComment[] = [];
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const query = {
      startAt: found.length,
      maxResults: PAGE,
      orderBy: 'created',
      expand: 'properties',
    };
    const call = about(room, key, { what: `comments of issue ${key}`, path: '/comment', query });
    const { comments, total } = await room.client.json(call, commentsSchema);
    found.push(...comments);
    if (found.length >= total || comments.length === 0) break;
  }
  return found;
}

/** What only some may see stays out: agents write where more people read. */
async function commentsOf(room: Room, key: string): Promise<readonly IssueComment[]> {
  return (await rawComments(room, key))
    .filter((one) => one.visibility == null && one.jsdPublic !== false)
    .slice(-MAX_COMMENTS)
    .map((one) => ({
      id: one.id,
      author: nameOf(one.author) ?? 'ghost',
      permission: one.author?.active === false ? 'none' : 'unknown',
      body: withoutMark(room.client.markdown(one.body)),
      at: Date.parse(one.created),
    }));
}

function toIssue(
  { client, config }: Room,
  raw: RawIssue,
  comments: readonly IssueComment[],
): Issue {
  const { fields } = raw;
  return {
    id: raw.key,
    title: fields.summary,
    body: client.markdown(fields.description),
    state: fields.status.statusCategory.key === 'done' ? 'closed' : 'open',
    labels: fields.labels ?? [],
    assignee: nameOf(fields.assignee),
    author: nameOf(fields.creator),
    // Who may do what in a project is told to its admins only.
    authorPermission: fields.creator?.active === false ? 'none' : 'unknown',
    url: `${config.baseUrl.replace(/\/+$/, '')}/browse/${raw.key}`,
    comments,
    updatedAt: Date.parse(fields.updated),
  };
}

const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, '\\$&')}"`;

export function jqlOf(project: string, { state = 'open', text, label }: IssueQuery): string {
  const parts = [
    `project = ${quoted(project)}`,
    ...(state === 'all' ? [] : [`statusCategory ${state === 'open' ? '!=' : '='} Done`]),
    ...(label === undefined ? [] : [`labels = ${quoted(label)}`]),
    ...(text === undefined ? [] : [`(summary ~ ${quoted(text)} OR description ~ ${quoted(text)})`]),
  ];
  return `${parts.join(' AND ')} ORDER BY created DESC`;
}

async function list(room: Room, query: IssueQuery): Promise<readonly Issue[]> {
  const limit = query.limit ?? PAGE;
  const jql = jqlOf(room.config.project, query);
  const found: RawIssue[] = [];
  let token: string | null = null;
  for (let page = 0; page < MOST_PAGES && found.length < limit; page += 1) {
    const answer: Found = await search(room, {
      jql,
      size: Math.min(PAGE, limit),
      token,
      from: found.length,
    });
    found.push(...answer.issues);
    token = answer.nextPageToken ?? null;
    const more = room.client.cloud
      ? token !== null && answer.isLast !== true
      : found.length < (answer.total ?? 0);
    if (!more || answer.issues.length === 0) break;
  }
  return found.slice(0, limit).map((raw) => toIssue(room, raw, []));
}

/** Cloud pages by a token and tells nothing but ids unless asked; Data Center by a number. */
function search(
  { client, config }: Room,
  asked: {
    readonly jql: string;
    readonly size: number;
    readonly token: string | null;
    readonly from: number;
  },
): Promise<Found> {
  const { jql, size, token, from } = asked;
  const body = {
    jql,
    fields: FIELDS,
    maxResults: size,
    ...(client.cloud ? (token === null ? {} : { nextPageToken: token }) : { startAt: from }),
  };
  const call: Call = {
    purpose: 'tracker',
    what: `issues of ${config.project}`,
    method: 'POST',
    path: `${client.api}/search${client.cloud ? '/jql' : ''}`,
    body,
    reads: true,
  };
  return client.json(call, foundSchema);
}

const markOf = (key: string): string => createHash('sha256').update(key).digest('hex').slice(0, 24);
/** An anchor of wiki markup, which nobody sees. */
const ANCHOR = /\n*\{anchor:ao-[0-9a-f]{24}\}\s*$/;
const withoutMark = (text: string): string => text.replace(ANCHOR, '');

/** Cloud keeps what a comment is about in a property of it, Data Center in an anchor at its end. */
async function comment(
  room: Room,
  issue: string,
  { body, key }: { readonly body: string; readonly key: string },
): Promise<void> {
  const { client } = room;
  const mark = markOf(key);
  const raw = await read(room, issue);
  const written = (await rawComments(room, raw.key)).some((one) =>
    client.cloud
      ? (one.properties ?? []).some((own) => own.key === PROPERTY && isMark(own.value, mark))
      : client.markdown(one.body).includes(`{anchor:ao-${mark}}`),
  );
  if (written) return;
  const what = `a comment on ${raw.key}`;
  const said = client.cloud ? body : `${body}\n\n{anchor:ao-${mark}}`;
  const properties = [
    ...(client.cloud ? [{ key: PROPERTY, value: { mark } }] : []),
    // Of a service desk customers would read it.
    ...(raw.fields.project?.projectTypeKey === 'service_desk'
      ? [{ key: 'sd.public.comment', value: { internal: true } }]
      : []),
  ];
  await client.http.send(
    about(room, raw.key, {
      purpose: 'write',
      what,
      method: 'POST',
      path: '/comment',
      body: { body: client.text(said), ...(properties.length === 0 ? {} : { properties }) },
    }),
  );
}

const isMark = (value: unknown, mark: string): boolean =>
  typeof value === 'object' && value !== null && (value as { mark?: unknown }).mark === mark;

async function create(
  room: Room,
  { title, body, labels }: Parameters<TrackerPlugin['create']>[0],
): Promise<Issue> {
  if (title.trim() === '')
    throw rejected('AO_TRACKER_NO_TITLE', 'An issue needs a title. Give it one.');
  const { client, config } = room;
  const fields = {
    project: { key: config.project },
    issuetype: { name: config.issueType },
    summary: title,
    labels,
    ...(body === '' ? {} : { description: client.text(body) }),
  };
  const call: Call = {
    purpose: 'write',
    what: 'a new issue',
    method: 'POST',
    path: `${client.api}/issue`,
    body: { fields },
  };
  const { key } = await client.json(call, createdSchema);
  return toIssue(room, await read(room, key), await commentsOf(room, key));
}

async function doctor({ client, config }: Room): Promise<readonly DoctorFinding[]> {
  try {
    const me = await client.me();
    const path = `${client.api}/project/${config.project}`;
    const project = await client.json(
      { purpose: 'setup', what: `project ${config.project}`, path },
      projectSchema,
    );
    const where = client.cloud ? 'Jira Cloud' : 'Jira Data Center';
    return [
      {
        level: 'ok',
        what: `Issues of ${project.name} (${project.key}) at ${where} as ${nameOf(me) ?? 'somebody'}`,
        fix: null,
      },
    ];
  } catch (error) {
    return [
      {
        level: 'error',
        what: error instanceof Error ? error.message : String(error),
        fix: 'Check baseUrl, email, token and project in ao.yaml. Data Center takes no email.',
      },
    ];
  }
}
