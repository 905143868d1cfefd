import { type KeyedMutex, keyedMutex } from '../../../src/lib/keyed-mutex.ts';
import { notFound, PluginError, rejected } from '../../../src/slots/errors.ts';
import type { DoctorFinding, PluginContext, ProjectInfo } from '../../../src/slots/plugin.ts';
import type { Issue, IssueComment, IssueQuery, TrackerPlugin } from '../../../src/slots/tracker.ts';
import { badReference, type GitHubClient } from '../../shared/github/client.ts';
import type { GitHubAccess } from '../../shared/github/config.ts';
import { marked, marker, unmarked } from '../../shared/github/marker.ts';
import { createPermissions, type Permissions } from '../../shared/github/permissions.ts';
import { numberOf, webHost } from '../../shared/github/reference.ts';

/** The parts of GitHub's answers that are used. */
interface RawIssue {
  readonly number: number;
  readonly title: string;
  readonly body?: string | null;
  readonly state: string;
  readonly labels: ReadonlyArray<string | { readonly name?: string | null }>;
  readonly assignee: { readonly login: string } | null;
  readonly user: { readonly login: string } | null;
  readonly author_association?: string;
  readonly html_url: string;
  readonly updated_at: string;
  readonly pull_request?: unknown;
}

const PAGE = 100;
/** Most comments read for a prompt; the newest count. */
const MAX_COMMENTS = 300;

interface TrackerState {
  readonly client: GitHubClient;
  readonly permissions: Permissions;
  readonly changes: KeyedMutex;
  readonly host: string;
}

export function createGitHubTracker(
  client: GitHubClient,
  access: GitHubAccess,
  context: PluginContext,
  project: ProjectInfo,
): TrackerPlugin {
  const tracker: TrackerState = {
    client,
    permissions: createPermissions(client, context.clock),
    changes: keyedMutex(),
    host: webHost(access.baseUrl),
  };
  // Addresses can be told without asking anybody only once the name is known: by the configuration, else by the clone's remote.
  void client.name().catch(() => {});
  const configured = [access.repository ?? project.forge?.repository ?? null].filter(
    (name) => name !== null,
  );
  return {
    recognises: (reference) =>
      numberOf(reference, [...configured, ...client.names()], tracker.host) !== null,
    get: (reference) => get(tracker, reference),
    list: (query) => list(tracker, query),
    comment: (id, body, key) => comment(tracker, id, body, key),
    update: (id, change) => update(tracker, id, change),
    create: (issue) => create(tracker, issue),
    doctor: () => doctor(tracker),
  };
}

async function locate(tracker: TrackerState, reference: string): Promise<number> {
  await tracker.client.repository();
  const number = numberOf(reference, tracker.client.names(), tracker.host);
  if (number === null) throw badReference(reference, 'issue');
  return number;
}

const read = (tracker: TrackerState, number: number): Promise<RawIssue> =>
  tracker.client.rest<RawIssue>('tracker', `issue #${number}`, (octokit, at) =>
    octokit.rest.issues.get({ ...at, issue_number: number }),
  );

const comments = (
  tracker: TrackerState,
  number: number,
): Promise<
  ReadonlyArray<{
    id: number;
    body?: string;
    user: { login: string } | null;
    author_association?: string;
    created_at: string;
  }>
> =>
  tracker.client.rest('tracker', `comments of issue #${number}`, async (octokit, at) => ({
    data: (
      await octokit.paginate(octokit.rest.issues.listComments, {
        ...at,
        issue_number: number,
        per_page: PAGE,
      })
    ).slice(-MAX_COMMENTS),
  }));

async function toComments(tracker: TrackerState, number: number): Promise<readonly IssueComment[]> {
  const found = await comments(tracker, number);
  return Promise.all(
    found.map(async (comment) => ({
      id: String(comment.id),
      author: comment.user?.login ?? 'ghost',
      permission:
        comment.user === null
          ? ('none' as const)
          : await tracker.permissions.recent(
              comment.user.login,
              comment.author_association ?? null,
            ),
      body: unmarked(comment.body ?? ''),
      at: Date.parse(comment.created_at),
    })),
  );
}

const toIssue = async (
  tracker: TrackerState,
  raw: RawIssue,
  withComments: boolean,
): Promise<Issue> => ({
  id: String(raw.number),
  title: raw.title,
  body: raw.body ?? '',
  state: raw.state === 'closed' ? 'closed' : 'open',
  labels: raw.labels
    .map((label) => (typeof label === 'string' ? label : (label.name ?? '')))
    .filter((label) => label !== ''),
  assignee: raw.assignee?.login ?? null,
  author: raw.user?.login ?? null,
  authorPermission:
    withComments && raw.user !== null
      ? await tracker.permissions.recent(raw.user.login, raw.author_association ?? null)
      : 'unknown',
  url: raw.html_url,
  comments: withComments ? await toComments(tracker, raw.number) : [],
  updatedAt: Date.parse(raw.updated_at),
});

async function get(tracker: TrackerState, reference: string): Promise<Issue> {
  const number = await locate(tracker, reference);
  const raw = await read(tracker, number);
  // GitHub numbers pull requests among the issues.
  if (raw.pull_request !== undefined)
    throw notFound(
      'AO_TRACKER_NO_ISSUE',
      `#${number} is a pull request, no issue. Adopt it with: /ao adopt ${number}`,
    );
  return toIssue(tracker, raw, true);
}

async function list(tracker: TrackerState, query: IssueQuery): Promise<readonly Issue[]> {
  const limit = query.limit ?? PAGE;
  const state = query.state ?? 'open';
  const text = query.text?.toLowerCase();
  const matches = (raw: RawIssue): boolean =>
    raw.pull_request === undefined &&
    (text === undefined ||
      `#${raw.number} ${raw.title}\n${raw.body ?? ''}`.toLowerCase().includes(text));
  const found = await tracker.client.rest('tracker', 'the list of issues', async (octokit, at) => {
    const issues: RawIssue[] = [];
    const pages = octokit.paginate.iterator(octokit.rest.issues.listForRepo, {
      ...at,
      state,
      per_page: PAGE,
      ...(query.label === undefined ? {} : { labels: query.label }),
    });
    // Pull requests are listed too, and drop out: twice the pages, and at least ten, then it is enough.
    const mostPages = Math.max(10, 2 * Math.ceil(limit / PAGE));
    let read = 0;
    for await (const page of pages) {
      issues.push(...(page.data as readonly RawIssue[]).filter(matches));
      read += 1;
      if (issues.length >= limit || read >= mostPages) break;
    }
    return { data: issues };
  });
  return Promise.all(found.slice(0, limit).map((raw) => toIssue(tracker, raw, false)));
}

const comment = (tracker: TrackerState, id: string, body: string, key: string): Promise<void> =>
  tracker.changes(id, async () => {
    const number = await locate(tracker, id);
    const mark = marker(key);
    if ((await comments(tracker, number)).some((comment) => comment.body?.includes(mark))) return;
    await tracker.client.rest('write', `comment on issue #${number}`, (octokit, at) =>
      octokit.rest.issues.createComment({
        ...at,
        issue_number: number,
        body: marked(body, key),
      }),
    );
  });

const update = (
  tracker: TrackerState,
  id: string,
  change: Parameters<TrackerPlugin['update']>[1],
): Promise<void> =>
  tracker.changes(id, async () => {
    const number = await locate(tracker, id);
    const at = { issue_number: number };
    const before = await read(tracker, number);
    const labels = new Set(
      before.labels.map((label) => (typeof label === 'string' ? label : (label.name ?? ''))),
    );
    const add = (change.addLabels ?? []).filter((label) => !labels.has(label));
    const remove = (change.removeLabels ?? []).filter((label) => labels.has(label));
    const what = `issue #${number}`;
    if (add.length > 0)
      await tracker.client.rest('write', what, (octokit, repo) =>
        octokit.rest.issues.addLabels({ ...repo, ...at, labels: add }),
      );
    for (const label of remove)
      await ignoreMissing(
        tracker.client.rest('write', what, (octokit, repo) =>
          octokit.rest.issues.removeLabel({ ...repo, ...at, name: label }),
        ),
      );
    const state =
      change.state !== undefined && change.state !== before.state ? { state: change.state } : {};
    const wanted = change.assignee === '@me' ? await tracker.client.viewer() : change.assignee;
    const assignee =
      wanted !== undefined && wanted !== (before.assignee?.login ?? null)
        ? { assignees: wanted === null ? [] : [wanted] }
        : {};
    if (Object.keys({ ...state, ...assignee }).length === 0) return;
    const after = await tracker.client.rest('write', what, (octokit, repo) =>
      octokit.rest.issues.update({ ...repo, ...at, ...state, ...assignee }),
    );
    // GitHub leaves out without a word whom it may not assign.
    if (
      typeof wanted === 'string' &&
      !(after.assignees ?? []).some((one) => one.login.toLowerCase() === wanted.toLowerCase())
    )
      throw rejected(
        'AO_GITHUB_NOT_ASSIGNABLE',
        `GitHub gave ${what} to nobody: ${wanted} can't be assigned in this repository. Name somebody with access in tracker.assign; apps can't be assigned.`,
      );
  });

async function create(
  tracker: TrackerState,
  { title, body, labels }: { title: string; body: string; labels: readonly string[] },
): Promise<Issue> {
  if (title.trim() === '')
    throw rejected('AO_TRACKER_NO_TITLE', 'An issue needs a title. Give it one.');
  const { number } = await tracker.client.rest('write', 'a new issue', (octokit, at) =>
    octokit.rest.issues.create({ ...at, title, body, labels: [...labels] }),
  );
  return toIssue(tracker, await read(tracker, number), true);
}

async function doctor(tracker: TrackerState): Promise<readonly DoctorFinding[]> {
  try {
    const { owner, repo } = await tracker.client.repository();
    return [
      {
        level: 'ok',
        what: `Issues of ${owner}/${repo} as ${await tracker.client.viewer()}`,
        fix: null,
      },
    ];
  } catch (error) {
    return [
      {
        level: 'error',
        what: error instanceof Error ? error.message : String(error),
        fix: 'Check token, app and repo in ao.yaml.',
      },
    ];
  }
}

/** A label that somebody else took away in this moment is away. */
async function ignoreMissing(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof PluginError && error.kind === 'not_found')) throw error;
  });
}
