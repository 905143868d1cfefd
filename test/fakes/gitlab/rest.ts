import type { FakeIssue, FakeJob, FakeMergeRequest, FakeNote, World } from './world.ts';
import { statusOf } from './world.ts';

export interface Asked {
  readonly method: string;
  /** Below `/api/v4`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  readonly viewer: string;
  readonly url: string;
}
export interface RestAnswer {
  readonly status: number;
  readonly body?: unknown;
  /** Sent as it is instead of JSON. */
  readonly text?: string;
}
interface Route {
  readonly method: string;
  readonly path: RegExp;
  /** Names of parameters, in the query or the body, that GitLab knows here. */
  readonly takes: readonly string[];
  readonly run: (world: World, asked: Asked, ...parts: readonly string[]) => RestAnswer;
}

const ok = (body: unknown, status = 200): RestAnswer => ({ status, body });
const no = (status: number, message: unknown): RestAnswer => ({ status, body: { message } });
const iso = (at: number): string => new Date(at).toISOString();
const person = (world: World, username: string) => ({
  ...world.user(username),
  name: username,
  state: 'active',
});
const PAGING = ['per_page', 'page'];

/** Null: GitLab has no such call. The second part: what is wrong with the call. */
export function answerRest(
  world: World,
  asked: Asked,
): readonly [RestAnswer, readonly string[]] | null {
  for (const route of ROUTES) {
    const found = route.method === asked.method ? route.path.exec(asked.path) : null;
    if (found === null) continue;
    const given = [...asked.query.keys(), ...Object.keys(asked.body)];
    const wrong = given
      .filter((name) => !route.takes.includes(name))
      .map((name) => `${asked.method} ${asked.path} takes no ${name}`);
    return [route.run(world, asked, ...found.slice(1).map(decodeURIComponent)), wrong];
  }
  return null;
}

const PROJECT = '/projects/([^/]+)';
const route = (
  method: string,
  path: string,
  takes: readonly string[],
  run: Route['run'],
): Route => ({ method, path: new RegExp(`^${path}$`), takes, run });

const ROUTES: readonly Route[] = [
  route('GET', '/user', [], (world, { viewer }) => ok(person(world, viewer))),
  route('GET', '/personal_access_tokens/self', [], ({ settings }) =>
    ok({ id: 1, scopes: settings.scopes, expires_at: settings.expiresAt, active: true }),
  ),
  route('GET', '/users', ['username'], (world, { query }) => {
    const login = query.get('username') ?? '';
    return ok(world.users.has(login) ? [person(world, login)] : []);
  }),
  route('GET', PROJECT, [], (world) => ok(projectOf(world))),
  route('GET', `${PROJECT}/members/all/(\\d+)`, [], (world, _asked, _project, id) => {
    const login = [...world.users].find(([, user]) => user.id === Number(id))?.[0];
    const level = world.members.get(login ?? '');
    return level === undefined
      ? no(404, '404 Not found')
      : ok({ id: Number(id), access_level: level, state: 'active' });
  }),
  route(
    'GET',
    `${PROJECT}/issues`,
    ['scope', 'state', 'search', 'in', 'labels', ...PAGING],
    (world, { query, url }) => {
      const [state, label] = [query.get('state'), query.get('labels')];
      const text = query.get('search')?.toLowerCase() ?? '';
      const found = [...world.issues.values()]
        .filter((one) => state === 'all' || one.state === state)
        .filter((one) => label === null || one.labels.includes(label))
        .filter((one) => `${one.title}\n${one.body}`.toLowerCase().includes(text))
        .toReversed();
      return ok(
        found.slice(0, Number(query.get('per_page') ?? 20)).map((one) => issueOf(world, one, url)),
      );
    },
  ),
  route(
    'POST',
    `${PROJECT}/issues`,
    ['title', 'description', 'labels'],
    (world, { body, url, viewer }) => {
      const labels = String(body.labels ?? '')
        .split(',')
        .filter((one) => one !== '');
      const made = world.addIssue({
        title: String(body.title),
        body: String(body.description ?? ''),
        labels,
        author: viewer,
      });
      return ok(issueOf(world, made, url), 201);
    },
  ),
  route('GET', `${PROJECT}/issues/(\\d+)`, [], (world, { url }, _project, iid) => {
    const issue = world.issues.get(Number(iid));
    return issue === undefined ? no(404, '404 Not found') : ok(issueOf(world, issue, url));
  }),
  route(
    'PUT',
    `${PROJECT}/issues/(\\d+)`,
    ['add_labels', 'remove_labels', 'state_event', 'assignee_ids'],
    changeIssue,
  ),
  route(
    'GET',
    `${PROJECT}/issues/(\\d+)/notes`,
    ['sort', 'order_by', ...PAGING],
    (world, _asked, _project, iid) =>
      world.issues.has(Number(iid))
        ? ok(world.notesOf('issue', Number(iid)).map((note) => noteOf(world, note)))
        : no(404, '404 Not found'),
  ),
  route(
    'POST',
    `${PROJECT}/issues/(\\d+)/notes`,
    ['body'],
    (world, { body, viewer }, _project, iid) =>
      ok(noteOf(world, world.addNote('issue', Number(iid), viewer, String(body.body))), 201),
  ),
  route(
    'GET',
    `${PROJECT}/merge_requests`,
    ['state', 'target_branch', ...PAGING],
    (world, { query }) =>
      ok(
        [...world.mergeRequests.values()]
          .filter(
            (one) => one.state === query.get('state') && one.base === query.get('target_branch'),
          )
          .map((one) => mergeRequestOf(world, one)),
      ),
  ),
  route(
    'POST',
    `${PROJECT}/merge_requests`,
    [
      'source_branch',
      'target_branch',
      'title',
      'description',
      'target_project_id',
      'allow_collaboration',
    ],
    openMergeRequest,
  ),
  route(
    'GET',
    `${PROJECT}/merge_requests/(\\d+)`,
    [],
    withMergeRequest((world, _asked, one) => ok(mergeRequestOf(world, one))),
  ),
  route(
    'PUT',
    `${PROJECT}/merge_requests/(\\d+)`,
    ['title', 'description', 'target_branch', 'state_event'],
    withMergeRequest(changeMergeRequest),
  ),
  route(
    'PUT',
    `${PROJECT}/merge_requests/(\\d+)/merge`,
    ['sha', 'squash', 'squash_commit_message'],
    withMergeRequest(merge),
  ),
  route('PUT', `${PROJECT}/merge_requests/(\\d+)/rebase`, ['skip_ci'], withMergeRequest(rebase)),
  route(
    'POST',
    `${PROJECT}/merge_trains/merge_requests/(\\d+)`,
    ['sha', 'squash', 'auto_merge'],
    withMergeRequest((_world, { body }, one) => {
      if (body.sha !== one.headSha) return no(409, 'SHA does not match HEAD of source branch');
      one.trainStatus = 'FRESH';
      return ok([], 201);
    }),
  ),
  route(
    'GET',
    `${PROJECT}/merge_requests/(\\d+)/versions`,
    PAGING,
    withMergeRequest((_world, _asked, one) =>
      ok(
        one.versions.map(({ sha, at }, id) => ({ id, head_commit_sha: sha, created_at: iso(at) })),
      ),
    ),
  ),
  route(
    'GET',
    `${PROJECT}/merge_requests/(\\d+)/raw_diffs`,
    [],
    withMergeRequest((world, _asked, one) => ({
      status: 200,
      text: `${world.commits.diff(world.commits.head(one.base) ?? '', one.headSha)}\n`,
    })),
  ),
  route(
    'POST',
    `${PROJECT}/merge_requests/(\\d+)/notes`,
    ['body'],
    withMergeRequest((world, { body, viewer }, one) =>
      ok(noteOf(world, world.addNote('mr', one.iid, viewer, String(body.body))), 201),
    ),
  ),
  route(
    'POST',
    `${PROJECT}/merge_requests/(\\d+)/discussions/(\\w+)/notes`,
    ['body'],
    (world, { body, viewer }, _project, iid, id) => {
      const note = world.notesOf('mr', Number(iid)).find((one) => one.discussion.id === id);
      if (note === undefined) return no(404, '404 Discussion Not Found');
      const { discussion, position } = note;
      return ok(
        noteOf(
          world,
          world.addNote('mr', Number(iid), viewer, String(body.body), { discussion, position }),
        ),
        201,
      );
    },
  ),
  route(
    'PUT',
    `${PROJECT}/merge_requests/(\\d+)/discussions/(\\w+)`,
    ['resolved'],
    (world, { query, body }, _project, iid, id) => {
      const note = world.notesOf('mr', Number(iid)).find((one) => one.discussion.id === id);
      if (note === undefined || !note.discussion.resolvable)
        return no(404, '404 Discussion Not Found');
      note.discussion.resolved = String(query.get('resolved') ?? body.resolved) === 'true';
      return ok({ id });
    },
  ),
  route('GET', `${PROJECT}/repository/compare`, ['from', 'to'], (world, { query }) => {
    const [from, to] = [
      world.commits.head(query.get('from') ?? ''),
      world.commits.head(query.get('to') ?? ''),
    ];
    if (from === null || to === null) return no(404, '404 Ref Not Found');
    return ok({
      commits: from === to || world.commits.stats(from, to).files === 0 ? [] : [{ id: to }],
    });
  }),
  route('GET', `${PROJECT}/repository/branches/([^/]+)`, [], (world, _asked, _project, branch) => {
    const id = world.commits.head(branch ?? '');
    return id === null ? no(404, '404 Branch Not Found') : ok({ name: branch, commit: { id } });
  }),
  route(
    'DELETE',
    `${PROJECT}/repository/branches/([^/]+)`,
    [],
    (world, _asked, _project, branch) => {
      if (world.commits.head(branch ?? '') === null) return no(404, '404 Branch Not Found');
      world.commits.remove(branch ?? '');
      return { status: 204 };
    },
  ),
  route('GET', `${PROJECT}/repository/commits/([^/]+)`, [], (world, _asked, _project, sha) => {
    const parents = world.settings.mergedResults.get(sha ?? '');
    return parents === undefined
      ? no(404, '404 Commit Not Found')
      : ok({ id: sha, parent_ids: parents });
  }),
  route(
    'GET',
    `${PROJECT}/repository/commits/([^/]+)/statuses`,
    ['pipeline_id', ...PAGING],
    (world, { query }) => {
      const pipeline = pipelineOf(world, Number(query.get('pipeline_id')));
      return ok(
        (pipeline?.jobs ?? []).map((job) => ({
          ...restJob(job),
          target_url: null,
          description: null,
        })),
      );
    },
  ),
  route(
    'GET',
    `${PROJECT}/repository/files/([^/]+)/raw`,
    ['ref'],
    (world, _asked, _project, file) => {
      const text = world.settings.files.get(file ?? '');
      return text === undefined ? no(404, '404 File Not Found') : { status: 200, text };
    },
  ),
  route('GET', `${PROJECT}/jobs/(\\d+)`, [], (world, _asked, _project, id) => {
    const job = jobOf(world, Number(id));
    return job === undefined ? no(404, '404 Not found') : ok(restJob(job));
  }),
  route('GET', `${PROJECT}/jobs/(\\d+)/trace`, [], (world, _asked, _project, id) => {
    const job = jobOf(world, Number(id));
    return job === undefined ? no(404, '404 Not found') : { status: 200, text: job.log };
  }),
  route(
    'GET',
    `${PROJECT}/pipelines/(\\d+)/jobs`,
    ['scope[]', ...PAGING],
    (world, _asked, _project, id) =>
      ok((world.settings.downstream.get(Number(id)) ?? []).map(restJob)),
  ),
  route('POST', `${PROJECT}/pipelines/(\\d+)/retry`, [], (world, _asked, _project, id) => {
    const pipeline = pipelineOf(world, Number(id));
    for (const job of pipeline?.jobs ?? [])
      if (job.status === 'failed' || job.status === 'canceled') job.status = 'pending';
    if (pipeline !== undefined) pipeline.updatedAt = world.now();
    return ok({ id: Number(id) }, 201);
  }),
];

function withMergeRequest(
  run: (world: World, asked: Asked, one: FakeMergeRequest) => RestAnswer,
): Route['run'] {
  return (world, asked, _project, iid) => {
    world.sync();
    const one = world.mergeRequests.get(Number(iid));
    return one === undefined ? no(404, '404 Not found') : run(world, asked, one);
  };
}

const pipelineOf = (world: World, id: number) =>
  [...world.mergeRequests.values()].find((one) => one.pipeline?.id === id)?.pipeline ?? undefined;
const jobOf = (world: World, id: number): FakeJob | undefined =>
  [
    ...[...world.mergeRequests.values()].flatMap((one) => one.pipeline?.jobs ?? []),
    ...[...world.settings.downstream.values()].flat(),
  ].find((job) => job.id === id);

const restJob = (job: FakeJob) => ({
  id: job.id,
  name: job.name,
  status: job.status,
  stage: 'test',
  allow_failure: job.allowFailure,
  failure_reason: job.failure,
  web_url: null,
});

const projectOf = ({ settings, path, members }: World) => ({
  id: settings.id,
  path_with_namespace: path(),
  default_branch: 'main',
  merge_method: settings.mergeMethod,
  squash_option: settings.squash,
  only_allow_merge_if_pipeline_succeeds: settings.needsPipeline,
  merge_trains_enabled: settings.mergeTrains,
  permissions: {
    project_access: { access_level: members.get(settings.tokenUser) ?? 40 },
    group_access: null,
  },
});

const issueOf = (world: World, issue: FakeIssue, url: string) => ({
  id: issue.iid + 9_000,
  iid: issue.iid,
  title: issue.title,
  description: issue.body,
  state: issue.state,
  labels: issue.labels,
  assignees: issue.assignee === null ? [] : [person(world, issue.assignee)],
  author: person(world, issue.author),
  web_url: `${url}/${world.path()}/-/issues/${issue.iid}`,
  updated_at: iso(issue.updatedAt),
});

const noteOf = (world: World, note: FakeNote) => ({
  id: note.id,
  body: note.body,
  author: person(world, note.author),
  created_at: iso(note.at),
  system: note.system,
  internal: note.internal,
});

function changeIssue(
  world: World,
  { body, url }: Asked,
  _project?: string,
  iid?: string,
): RestAnswer {
  const issue = world.issues.get(Number(iid));
  if (issue === undefined) return no(404, '404 Not found');
  const words = (value: unknown): string[] =>
    String(value ?? '')
      .split(',')
      .filter((one) => one !== '');
  issue.labels = [...new Set([...issue.labels, ...words(body.add_labels)])].filter(
    (label) => !words(body.remove_labels).includes(label),
  );
  if (body.state_event !== undefined)
    issue.state = body.state_event === 'close' ? 'closed' : 'opened';
  const [assignee] = (body.assignee_ids as number[] | undefined) ?? [];
  if (assignee !== undefined) {
    const login = [...world.users].find(([, user]) => user.id === assignee)?.[0];
    // Whom it may not assign GitLab leaves out without a word.
    issue.assignee = login !== undefined && world.members.has(login) ? login : null;
  }
  issue.updatedAt = world.now();
  return ok(issueOf(world, issue, url));
}

const mergeRequestOf = (_world: World, one: FakeMergeRequest) => ({
  id: one.iid + 5_000,
  iid: one.iid,
  title: one.title,
  state: one.state,
  sha: one.headSha,
  source_branch: one.branch,
  target_branch: one.base,
  merge_commit_sha: one.mergeSha,
  squash_commit_sha: one.squashSha,
  merge_error: null,
  rebase_in_progress: false,
  merge_when_pipeline_succeeds: false,
  head_pipeline:
    one.pipeline === null
      ? null
      : { id: one.pipeline.id, status: statusOf(one.pipeline).toLowerCase() },
});

function openMergeRequest(world: World, { body, viewer }: Asked, project?: string): RestAnswer {
  const branch = String(body.source_branch);
  const base = String(body.target_branch);
  const fork = world.forks.has(project ?? '') ? (project ?? null) : null;
  const commits = fork === null ? world.commits : (world.forks.get(fork)?.commits ?? world.commits);
  if (commits.head(branch) === null) return no(422, [`Source branch "${branch}" does not exist`]);
  if (fork === null && branch === base)
    return no(422, ["You can't use same project/branch for source and target"]);
  const open = [...world.mergeRequests.values()].find(
    (one) =>
      one.state === 'opened' && one.branch === branch && one.base === base && one.fork === fork,
  );
  if (open !== undefined)
    return no(409, [
      `Another open merge request already exists for this source branch: !${open.iid}`,
    ]);
  const made = world.open({
    branch,
    base,
    fork,
    title: String(body.title),
    body: String(body.description ?? ''),
    author: viewer,
    allowCollaboration: body.allow_collaboration === true,
  });
  return ok(mergeRequestOf(world, made), 201);
}

function changeMergeRequest(
  world: World,
  { body, viewer }: Asked,
  one: FakeMergeRequest,
): RestAnswer {
  if (typeof body.title === 'string') {
    one.title = body.title;
    one.draft = /^draft:/i.test(one.title);
  }
  if (typeof body.description === 'string') one.body = body.description;
  if (typeof body.target_branch === 'string' && body.target_branch !== one.base) {
    if (world.commits.head(body.target_branch) === null)
      return no(422, ['Target branch does not exist']);
    world.retarget(one.iid, body.target_branch, viewer);
  }
  if (body.state_event === 'close') one.state = 'closed';
  one.updatedAt = world.now();
  world.emitMergeRequest(one, body.state_event === 'close' ? 'close' : 'update');
  return ok(mergeRequestOf(world, one));
}

function merge(world: World, { body, viewer }: Asked, one: FakeMergeRequest): RestAnswer {
  if ((world.members.get(viewer) ?? 0) < 30) return no(401, '401 Unauthorized');
  if (one.state !== 'opened') return no(405, '405 Method Not Allowed');
  if (body.sha !== undefined && body.sha !== one.headSha)
    return no(409, 'SHA does not match HEAD of source branch');
  if (one.notYet > 0) {
    one.notYet -= 1;
    return no(405, '405 Method Not Allowed');
  }
  if (world.gates(one).some(([, , state]) => state === 'FAILED')) {
    const conflicting = world.conflicts(one);
    return conflicting ? no(422, 'Branch cannot be merged') : no(405, '405 Method Not Allowed');
  }
  const { mergeMethod, squash } = world.settings;
  const squashed = squash === 'always' || (squash !== 'never' && body.squash === true);
  const message = String(body.squash_commit_message ?? one.title);
  if (mergeMethod === 'ff') {
    const sha = world.commits.merge(one.base, one.headSha, squashed ? 'squash' : 'rebase', message);
    if (squashed) one.squashSha = sha;
    else one.mergeSha = null;
    world.merged(one, viewer);
    return ok({ ...mergeRequestOf(world, one), ...(squashed ? {} : { sha }) });
  }
  one.mergeSha = world.commits.merge(one.base, one.headSha, 'merge', message);
  if (squashed) one.squashSha = one.headSha;
  world.merged(one, viewer);
  return ok(mergeRequestOf(world, one));
}

function rebase(_world: World, _asked: Asked, one: FakeMergeRequest): RestAnswer {
  one.rebases += 1;
  return { status: 202, body: { rebase_in_progress: true } };
}
