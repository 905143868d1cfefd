import {
  type FakeIssue,
  type FakePull,
  type FakeRun,
  suiteConclusion,
  type World,
} from './world.ts';

export interface RestRequest {
  readonly key: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  readonly accept: string;
  readonly viewer: string;
  readonly url: string;
}
export interface RestAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly text?: string;
  readonly location?: string;
  readonly link?: string;
}

const iso = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
const error = (status: number, message: string, errors?: unknown): RestAnswer => ({
  status,
  body: {
    message,
    documentation_url: 'https://docs.github.com/rest',
    ...(errors === undefined ? {} : { errors }),
  },
});
const missing = error(404, 'Not Found');

/** GitHub's REST answers, as far as they carry meaning; the rest of each object is filled in from its schema. */
export function answerRest(world: World, request: RestRequest): RestAnswer {
  const { params, body, viewer } = request;
  // Of forks only branches are deleted.
  if (
    world.forks.has(`${params.owner ?? ''}/${params.repo ?? ''}`) &&
    request.key !== 'delete /repos/{owner}/{repo}/git/refs/{ref}'
  )
    return missing;
  const number = Number(params.pull_number ?? params.issue_number);
  const pull = world.pulls.get(number);
  const issue = world.issues.get(number);
  switch (request.key) {
    case 'get /repos/{owner}/{repo}': {
      const { squash, merge, rebase } = world.rules.methods;
      return {
        status: 200,
        body: {
          id: 1,
          node_id: 'R_1',
          name: world.name,
          full_name: world.slug(),
          owner: user(world.owner),
          private: true,
          default_branch: 'main',
          allow_squash_merge: squash,
          allow_merge_commit: merge,
          allow_rebase_merge: rebase,
        },
      };
    }
    case 'get /repos/{owner}/{repo}/pulls': {
      const state = request.query.get('state') ?? 'open';
      const found = [...world.pulls.values()]
        .filter((one) => state === 'all' || (one.state === 'OPEN') === (state === 'open'))
        .filter((one) => one.base === (request.query.get('base') ?? one.base))
        .toSorted((a, b) => b.updatedAt - a.updatedAt);
      return paged(
        request,
        found.map((one) => pullBody(world, one)),
      );
    }
    case 'post /repos/{owner}/{repo}/pulls':
      return open(world, request);
    case 'get /repos/{owner}/{repo}/pulls/{pull_number}':
      if (pull === undefined) return missing;
      return request.accept.includes('diff')
        ? { status: 200, text: world.commits.diff(pull.baseSha, pull.headSha) }
        : { status: 200, body: pullBody(world, pull) };
    case 'patch /repos/{owner}/{repo}/pulls/{pull_number}': {
      if (pull === undefined) return missing;
      if (typeof body.title === 'string') pull.title = body.title;
      if (typeof body.body === 'string') pull.body = body.body;
      if (typeof body.base === 'string' && body.base !== pull.base)
        world.setBase(number, body.base);
      if (body.state === 'closed') world.close(number);
      world.touch(pull);
      return { status: 200, body: pullBody(world, pull) };
    }
    case 'post /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers': {
      if (pull === undefined) return missing;
      const reviewers = Array.isArray(body.reviewers) ? body.reviewers.map(String) : [];
      if (reviewers.includes(pull.author))
        return error(422, 'Review cannot be requested from pull request author.');
      pull.asked.push(...reviewers);
      world.touch(pull);
      return { status: 201, body: pullBody(world, pull) };
    }
    case 'put /repos/{owner}/{repo}/pulls/{pull_number}/merge':
      return pull === undefined ? missing : merge(world, pull, request);
    case 'put /repos/{owner}/{repo}/pulls/{pull_number}/update-branch': {
      if (pull === undefined) return missing;
      if (body.expected_head_sha !== undefined && body.expected_head_sha !== pull.headSha)
        return error(422, 'expected head sha didn’t match current head ref.');
      if (world.commits.conflicts(pull.baseSha, pull.headSha).length > 0)
        return error(422, 'merge conflict between base and head');
      if (world.commits.behind(pull.baseSha, pull.headSha) === 0)
        return error(422, 'There are no new commits on the base branch.');
      world.commits.merge(
        pull.branch,
        pull.baseSha,
        'merge',
        `Merge ${pull.base} into ${pull.branch}`,
      );
      world.pushed(pull.branch);
      return {
        status: 202,
        body: { message: 'Updating pull request branch.', url: 'https://github.invalid/' },
      };
    }
    case 'get /repos/{owner}/{repo}/commits/{ref}/check-suites': {
      const suites = Map.groupBy(world.runs.get(params.ref ?? '') ?? [], (run) => run.suite);
      const all = [...suites].map(([id, runs]) => ({
        id,
        head_sha: params.ref,
        status: suiteStatus(runs),
        conclusion: suiteConclusion(runs),
        latest_check_runs_count: runs.length,
        updated_at: iso(Math.max(...runs.map((run) => run.updatedAt))),
        app: { slug: runs[0]?.app },
      }));
      return { status: 200, body: { total_count: all.length, check_suites: all } };
    }
    case 'get /repos/{owner}/{repo}/commits/{ref}/status': {
      const all = world.statuses.get(params.ref ?? '') ?? [];
      const bad = all.some((one) => one.state === 'FAILURE' || one.state === 'ERROR');
      const state = bad
        ? 'failure'
        : all.length === 0 || all.some((one) => one.state === 'PENDING')
          ? 'pending'
          : 'success';
      return {
        status: 200,
        body: {
          state,
          sha: params.ref,
          total_count: all.length,
          statuses: all.slice(0, Number(request.query.get('per_page') ?? 30)).map((one) => ({
            context: one.context,
            state: one.state.toLowerCase(),
            description: one.description,
            target_url: one.url,
          })),
        },
      };
    }
    case 'get /repos/{owner}/{repo}/issues': {
      const state = request.query.get('state') ?? 'open';
      const label = request.query.get('labels');
      const found = [...world.issues.values(), ...world.pulls.values()].filter(
        (one) =>
          (state === 'all' || (one.state.toLowerCase() === 'open') === (state === 'open')) &&
          (label === null || one.labels.includes(label)),
      );
      return paged(
        request,
        found
          .toSorted((a, b) => b.createdAt - a.createdAt || b.number - a.number)
          .map((one) => ('assignees' in one ? issueBody(world, one) : pullAsIssue(one))),
      );
    }
    case 'post /repos/{owner}/{repo}/issues':
      return {
        status: 201,
        body: issueBody(
          world,
          world.addIssue({
            title: String(body.title),
            body: String(body.body ?? ''),
            labels: (body.labels as string[] | undefined) ?? [],
            author: viewer,
          }),
        ),
      };
    case 'get /repos/{owner}/{repo}/issues/{issue_number}':
      return issue !== undefined
        ? { status: 200, body: issueBody(world, issue) }
        : pull !== undefined
          ? { status: 200, body: pullAsIssue(pull) }
          : missing;
    case 'patch /repos/{owner}/{repo}/issues/{issue_number}': {
      if (issue === undefined) return missing;
      if (body.state === 'open' || body.state === 'closed') issue.state = body.state;
      // Whoever has no access is left out without a word.
      if (Array.isArray(body.assignees))
        issue.assignees = (body.assignees as string[]).filter((login) =>
          world.collaborators.has(login),
        );
      issue.updatedAt = world.now();
      return { status: 200, body: issueBody(world, issue) };
    }
    case 'get /repos/{owner}/{repo}/issues/{issue_number}/comments':
      return issue === undefined && pull === undefined
        ? missing
        : paged(
            request,
            (world.comments.get(number) ?? []).map((one) => commentBody(world, one)),
          );
    case 'post /repos/{owner}/{repo}/issues/{issue_number}/comments':
      return issue === undefined && pull === undefined
        ? missing
        : {
            status: 201,
            body: commentBody(world, world.comment(number, viewer, String(body.body))),
          };
    case 'post /repos/{owner}/{repo}/issues/{issue_number}/labels': {
      const labelled = issue ?? pull;
      if (labelled === undefined) return missing;
      labelled.labels = [...new Set([...labelled.labels, ...((body.labels ?? []) as string[])])];
      return { status: 200, body: labelled.labels.map(label) };
    }
    case 'delete /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}': {
      if (issue === undefined || !issue.labels.includes(params.name ?? ''))
        return error(404, 'Label does not exist');
      issue.labels = issue.labels.filter((one) => one !== params.name);
      return { status: 200, body: issue.labels.map(label) };
    }
    case 'get /repos/{owner}/{repo}/collaborators/{username}/permission':
      return {
        status: 200,
        body: {
          permission: world.collaborators.get(params.username ?? '') ?? 'none',
          role_name: '',
          user: user(params.username ?? ''),
        },
      };
    case 'get /repos/{owner}/{repo}/rules/branches/{branch}':
      return {
        status: 200,
        body: [
          ...(world.rules.checksBy === 'protection' || world.rules.requireChecks.length === 0
            ? []
            : [
                {
                  type: 'required_status_checks',
                  parameters: {
                    required_status_checks: world.rules.requireChecks.map((context) => ({
                      context,
                    })),
                    strict_required_status_checks_policy: world.rules.strict,
                  },
                },
              ]),
          ...(world.rules.ruleMethods === null
            ? []
            : [
                {
                  type: 'pull_request',
                  parameters: {
                    allowed_merge_methods: world.rules.ruleMethods,
                    dismiss_stale_reviews_on_push: false,
                    require_code_owner_review: false,
                    require_last_push_approval: false,
                    required_approving_review_count: 0,
                    required_review_thread_resolution: false,
                  },
                },
              ]),
        ],
      };
    case 'get /repos/{owner}/{repo}/actions/jobs/{job_id}': {
      const run = runOf(world, params.job_id);
      return run === null
        ? missing
        : {
            status: 200,
            body: {
              id: run.id,
              run_id: run.workflow?.id ?? 0,
              name: run.name,
              status: 'completed',
              conclusion: run.conclusion?.toLowerCase() ?? null,
              steps: run.steps.map((step, index) => ({
                name: step.name,
                status: 'completed',
                conclusion: step.conclusion,
                number: index + 1,
              })),
            },
          };
    }
    case 'get /repos/{owner}/{repo}/actions/jobs/{job_id}/logs': {
      const run = runOf(world, params.job_id);
      // The log lies elsewhere, behind a signed address that takes no token.
      return run?.log == null
        ? missing
        : { status: 302, location: `${request.url}/blob/${run.id}` };
    }
    case 'post /repos/{owner}/{repo}/actions/runs/{run_id}/rerun-failed-jobs': {
      world.reruns.push(Number(params.run_id));
      for (const [sha, runs] of world.runs)
        restart(
          world,
          sha,
          runs.filter(
            (run) => run.workflow?.id === Number(params.run_id) && run.conclusion !== 'SUCCESS',
          ),
        );
      return { status: 201, body: {} };
    }
    case 'post /repos/{owner}/{repo}/check-runs/{check_run_id}/rerequest': {
      world.reruns.push(Number(params.check_run_id));
      for (const [sha, runs] of world.runs)
        restart(
          world,
          sha,
          runs.filter((run) => run.id === Number(params.check_run_id)),
        );
      return { status: 201, body: {} };
    }
    case 'get /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations': {
      const run = runOf(world, params.check_run_id);
      return run === null
        ? missing
        : {
            status: 200,
            body: run.annotations.map((one) => ({
              path: one.path,
              start_line: one.line,
              end_line: one.line,
              annotation_level: one.level,
              message: one.message,
            })),
          };
    }
    case 'get /repos/{owner}/{repo}/check-runs/{check_run_id}': {
      const run = runOf(world, params.check_run_id);
      return run === null
        ? missing
        : {
            status: 200,
            body: {
              id: run.id,
              name: run.name,
              output: { title: run.title, summary: run.summary, text: null },
            },
          };
    }
    case 'delete /repos/{owner}/{repo}/git/refs/{ref}': {
      const branch = (params.ref ?? '').replace(/^heads\//, '');
      const { commits } = world.forks.get(`${params.owner ?? ''}/${params.repo ?? ''}`) ?? world;
      if (commits.head(branch) === null) return error(422, 'Reference does not exist');
      commits.remove(branch);
      if (commits === world.commits)
        for (const one of world.pulls.values())
          if (one.state === 'OPEN' && one.base === branch) world.close(one.number);
      world.sync();
      return { status: 204 };
    }
    case 'get /repos/{owner}/{repo}/installation':
      return { status: 200, body: { id: 77 } };
    case 'post /app/installations/{installation_id}/access_tokens':
      return {
        status: 201,
        body: {
          token: `ghs_${params.installation_id ?? ''}`,
          expires_at: iso(world.now() + 3_600_000),
        },
      };
    default:
      return missing;
  }
}

const user = (login: string) => ({ login, type: login.endsWith('[bot]') ? 'Bot' : 'User' });
const label = (name: string) => ({ name });
const association = (world: World, login: string): string =>
  login === world.owner ? 'OWNER' : world.collaborators.has(login) ? 'COLLABORATOR' : 'NONE';

function pullBody(world: World, one: FakePull) {
  const repo =
    one.headRepository === null
      ? null
      : {
          full_name: one.headRepository,
          name: one.headRepository.split('/')[1],
          owner: user(one.headRepository.split('/')[0] ?? ''),
        };
  return {
    number: one.number,
    title: one.title,
    body: one.body,
    state: one.state === 'OPEN' ? 'open' : 'closed',
    draft: one.draft,
    created_at: iso(one.createdAt),
    updated_at: iso(one.updatedAt),
    merged: one.state === 'MERGED',
    html_url: `https://github.invalid/${world.slug()}/pull/${one.number}`,
    user: user(one.author),
    labels: one.labels.map(label),
    head: { ref: one.branch, sha: one.headSha, label: one.branch, repo },
    base: { ref: one.base, sha: one.baseSha, label: one.base },
    author_association: association(world, one.author),
  };
}

function issueBody(world: World, one: FakeIssue) {
  return {
    number: one.number,
    title: one.title,
    body: one.body,
    state: one.state,
    labels: one.labels.map(label),
    assignee: one.assignees[0] === undefined ? null : user(one.assignees[0]),
    assignees: one.assignees.map(user),
    user: user(one.author),
    author_association: association(world, one.author),
    html_url: `https://github.invalid/${world.slug()}/issues/${one.number}`,
    created_at: iso(one.createdAt),
    updated_at: iso(one.updatedAt),
    comments: (world.comments.get(one.number) ?? []).length,
  };
}

const pullAsIssue = (one: FakePull) => ({
  number: one.number,
  title: one.title,
  body: one.body,
  state: one.state === 'OPEN' ? 'open' : 'closed',
  labels: one.labels.map(label),
  assignee: null,
  user: user(one.author),
  author_association: 'NONE',
  html_url: '',
  updated_at: iso(one.updatedAt),
  pull_request: {},
});

const commentBody = (
  world: World,
  one: { id: number; author: string; body: string; at: number },
) => ({
  id: one.id,
  body: one.body,
  user: user(one.author),
  author_association: association(world, one.author),
  created_at: iso(one.at),
  updated_at: iso(one.at),
});

const suiteStatus = (runs: readonly FakeRun[]): string =>
  runs.every((run) => run.status === 'COMPLETED')
    ? 'completed'
    : runs.some((run) => run.status !== 'QUEUED')
      ? 'in_progress'
      : 'queued';

function restart(world: World, sha: string, runs: readonly FakeRun[]): void {
  for (const run of runs) {
    Object.assign(run, { status: 'QUEUED', conclusion: null, updatedAt: world.now() });
    world.tell('workflow_run', {
      action: 'requested',
      workflow_run: { head_sha: sha, conclusion: null, pull_requests: [] },
    });
  }
}

const runOf = (world: World, id: string | undefined): FakeRun | null =>
  [...world.runs.values()].flat().find((run) => run.id === Number(id)) ?? null;

function open(world: World, { body, viewer }: RestRequest): RestAnswer {
  const {
    head: from,
    head_repo,
    base,
  } = body as { head: string; head_repo?: string; base: string };
  const [owner, branchThere] = from.includes(':') ? from.split(':') : [null, null];
  const head = branchThere ?? from;
  const forked = [...world.forks].find(
    ([slug]) => slug === `${owner ?? ''}/${head_repo ?? world.name}`,
  );
  const headRepository = forked?.[0] ?? world.slug();
  const failed = (message: string): RestAnswer =>
    error(422, 'Validation Failed', [{ resource: 'PullRequest', code: 'custom', message }]);
  const headSha = (forked?.[1].commits ?? world.commits).head(head);
  if (headSha === null)
    return error(422, 'Validation Failed', [
      { resource: 'PullRequest', field: 'head', code: 'invalid' },
    ]);
  if (headSha === world.commits.head(base)) return failed(`No commits between ${base} and ${head}`);
  if (
    [...world.pulls.values()].some(
      (one) => one.state === 'OPEN' && one.branch === head && one.headRepository === headRepository,
    )
  )
    return failed(`A pull request already exists for ${owner ?? world.owner}:${head}.`);
  return {
    status: 201,
    body: pullBody(
      world,
      world.open({
        branch: head,
        base,
        headRepository,
        title: String(body.title),
        body: String(body.body ?? ''),
        draft: body.draft === true,
        author: viewer,
      }),
    ),
  };
}

function merge(world: World, pull: FakePull, { body, viewer }: RestRequest): RestAnswer {
  if (world.refuseMerge !== null) {
    const { status, message } = world.refuseMerge;
    world.refuseMerge = null;
    return error(status, message);
  }
  if (pull.state !== 'OPEN') return error(405, 'Pull Request is not mergeable');
  if (body.sha !== undefined && body.sha !== pull.headSha)
    return error(409, 'Head branch was modified. Review and try the merge again.');
  const method = String(body.merge_method ?? 'merge');
  if (!world.rules.methods[method as 'squash'])
    return error(
      405,
      `${method[0]?.toUpperCase() ?? ''}${method.slice(1)} merges are not allowed on this repository.`,
    );
  if (world.commits.conflicts(pull.baseSha, pull.headSha).length > 0)
    return error(405, 'Pull Request has merge conflicts');
  const state = world.mergeState(pull);
  if (state === 'DRAFT') return error(405, 'Pull Request is still a draft');
  if (state === 'BLOCKED')
    return error(
      405,
      'Repository rule violations found: required status check or approving review is missing',
    );
  const sha = world.merge(
    pull,
    method,
    String(body.commit_title ?? `Merge pull request #${pull.number}`),
    viewer,
  );
  return { status: 200, body: { sha, merged: true, message: 'Pull Request successfully merged' } };
}

function paged(request: RestRequest, all: readonly unknown[]): RestAnswer {
  const size = Number(request.query.get('per_page') ?? 30);
  const page = Number(request.query.get('page') ?? 1);
  const more = page * size < all.length;
  const next = new URL(request.url);
  for (const [name, value] of request.query) next.searchParams.set(name, value);
  next.searchParams.set('page', String(page + 1));
  return {
    status: 200,
    body: all.slice((page - 1) * size, page * size),
    ...(more ? { link: `<${next.href}>; rel="next"` } : {}),
  };
}
