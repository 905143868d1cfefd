import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createEmulator } from 'emulate';
import { githubScmConfig } from '../../plugins/scm/github/config.ts';
import { createGitHubScm } from '../../plugins/scm/github/github-scm.ts';
import { createGitHubClient } from '../../plugins/shared/github/client.ts';
import { createGitHubTracker } from '../../plugins/tracker/github/github-tracker.ts';
import type { ProjectInfo } from '../../src/slots/plugin.ts';
import type { Commits } from '../fakes/github/commits.ts';
import { openContract } from '../fakes/github/contract.ts';
import { createGraph, openSchema } from '../fakes/github/graph.ts';
import { answerRest } from '../fakes/github/rest.ts';
import { createWorld, type World } from '../fakes/github/world.ts';
import { memoryKeyValue, pluginContext, temporaryFolder } from './plugin-context.ts';
import { repoAt } from './tmp.ts';

/** Who is at the emulated GitHub, by token. `acme` owns the repository; `stranger` has no part in it. */
export const TOKENS = {
  ghp_owner: 'acme',
  ghp_ao: 'ao-bot',
  ghp_dana: 'dana',
  ghp_stranger: 'stranger',
} as const;
type Token = keyof typeof TOKENS;

const APP = { id: 12_345, installation: 100, login: 'chatops[bot]' } as const;

interface Pull {
  readonly number: number;
  readonly title: string;
  readonly body: string | null;
  readonly state: 'open' | 'closed';
  readonly draft: boolean;
  readonly merged_at: string | null;
  readonly merge_commit_sha: string | null;
  readonly user: { readonly login: string };
  readonly head: {
    readonly ref: string;
    readonly sha: string;
    readonly repo: { readonly full_name: string; readonly node_id: string };
  };
  readonly base: { readonly ref: string; readonly sha: string };
  readonly created_at: string;
  readonly updated_at: string;
}

interface Review {
  readonly id: number;
  readonly user: { readonly login: string };
  readonly body: string;
  readonly state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED';
  readonly commit_id: string;
  readonly submitted_at: string;
}

/**
 * The plugins for GitHub against `emulate`, which others wrote: what plugin and our fake misunderstand alike shows here. In front of it
 * sits a proxy that checks both sides against GitHub's OpenAPI. What emulate lacks (GraphQL, the combined status) is answered by our fake
 * from a copy of emulate's pull requests.
 */
export async function openEmulateWorld(options: { readonly as?: 'token' | 'app' } = {}) {
  const folder = temporaryFolder('emulate');
  const front = await openFront();
  const emulator = await createEmulator({
    service: 'github',
    port: 0,
    seed: {
      tokens: Object.fromEntries(
        Object.entries(TOKENS).map(([token, login]) => [
          token,
          { login, scopes: ['repo', 'admin:repo_hook'] },
        ]),
      ),
      github: {
        users: Object.values(TOKENS).map((login) => ({ login })),
        repos: ['app', 'other'].map((name) => ({ owner: 'acme', name })),
        // Each app costs an RSA key.
        apps: (options.as === 'app' ? [APP] : []).map(() => ({
          app_id: APP.id,
          slug: 'chatops',
          name: 'ChatOps',
          permissions: {
            metadata: 'read',
            issues: 'write',
            pull_requests: 'write',
            contents: 'read',
          },
          events: [],
          installations: [
            { installation_id: APP.installation, account: 'acme', repository_selection: 'all' },
          ],
        })),
      },
    },
  });
  const behind = `http://127.0.0.1:${new URL(emulator.url).port}`;
  front.to(behind, emulator.url);

  /** As a person or program outside ao does it. */
  const api = async <T = unknown>(
    token: Token,
    method: string,
    path: string,
    body?: object,
  ): Promise<T> => {
    const answer = await fetch(`${behind}${path}`, {
      method,
      headers: { authorization: `token ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return (text === '' ? null : JSON.parse(text)) as T;
  };
  for (const login of ['ao-bot', 'dana'])
    await api('ghp_owner', 'PUT', `/repos/acme/app/collaborators/${login}`, {
      permission: 'admin',
    });

  const privateKey =
    emulator.generatedSecrets.find((secret) => secret.kind === 'github.app_private_key')?.value ??
    '';
  const login = options.as === 'app' ? { app: { id: APP.id, privateKey } } : { token: 'ghp_ao' };
  const config = githubScmConfig.parse({ ...login, baseUrl: front.url });
  const repository = repoAt(folder.path);
  repository.git('init', '-q');
  const project: ProjectInfo = {
    id: 'app',
    repo: repository.path,
    defaultBranch: 'main',
    checks: [],
    forge: { repository: 'acme/app', webhookSecret: 'hush', botAuthors: [] },
  };
  const context = pluginContext({ id: 'app', folder: folder.path, project, kv: memoryKeyValue() });
  const client = () => createGitHubClient(config, context, project, { throttle: false });
  const scm = createGitHubScm(client(), config, context, project);
  const tracker = createGitHubTracker(client(), config, context, project);
  await scm.start();

  return {
    url: front.url,
    log: front.log,
    violations: front.violations,
    api,
    scm,
    tracker,
    /** A commit on a branch, made from `main` when there is none; returns the new head. */
    async commit(branch: string, path: string, content: string): Promise<string> {
      const main = await api<{ object: { sha: string } }>(
        'ghp_dana',
        'GET',
        '/repos/acme/app/git/ref/heads/main',
      );
      await api('ghp_dana', 'POST', '/repos/acme/app/git/refs', {
        ref: `refs/heads/${branch}`,
        sha: main.object.sha,
      }).catch((error: unknown) => {
        if (!/already exists/.test(String(error))) throw error;
      });
      const made = await api<{ commit: { sha: string } }>(
        'ghp_dana',
        'PUT',
        `/repos/acme/app/contents/${path}`,
        {
          message: `Add ${path}`,
          content: Buffer.from(content).toString('base64'),
          branch,
        },
      );
      return made.commit.sha;
    },
    pull: (number: number) =>
      api<Pull & { merged: boolean; title: string }>(
        'ghp_owner',
        'GET',
        `/repos/acme/app/pulls/${number}`,
      ),
    async close() {
      await scm.stop();
      await emulator.close();
      await front.close();
      folder.remove();
    },
  };
}
export type EmulateWorld = Awaited<ReturnType<typeof openEmulateWorld>>;

/** Where emulate's own answers are known not to be GitHub's; anything else that does not fit fails the test. */
const DEVIATIONS: readonly RegExp[] = [
  // The repository lacks two counts.
  /^GET \/repos\/\{owner\}\/\{repo\} 200 must have required property '(?:network|subscribers)_count'$/,
  // The user in a permission lacks role_name.
  /^GET \/repos\/\{owner\}\/\{repo\}\/collaborators\/\{username\}\/permission 200\/user /,
  // The installation lacks target_id, and its account most addresses.
  /^GET \/repos\/\{owner\}\/\{repo\}\/installation 200(?:\/account .*| must have required property 'target_id')$/,
];

async function openFront() {
  const contract = openContract();
  const log: string[] = [];
  const violations: string[] = [];
  let behind = '';
  let itself = '';
  const world = createWorld({
    owner: 'acme',
    name: 'app',
    commits: NO_COMMITS,
    viewer: 'ao-bot',
    now: Date.now,
  });
  const graph = createGraph(openSchema(), world);

  const readBehind = async <T>(path: string): Promise<T> =>
    (await (
      await fetch(`${behind}${path}`, { headers: { authorization: 'token ghp_owner' } })
    ).json()) as T;
  const mirror = async (): Promise<void> => {
    const pulls = await readBehind<readonly Pull[]>('/repos/acme/app/pulls?state=all&per_page=100');
    for (const pull of pulls) {
      const reviews = await readBehind<readonly Review[]>(
        `/repos/acme/app/pulls/${pull.number}/reviews`,
      );
      world.pulls.set(pull.number, copyOf(pull, reviews));
      const comments = await readBehind<
        ReadonlyArray<{ id: number; user: { login: string }; body: string; created_at: string }>
      >(`/repos/acme/app/issues/${pull.number}/comments`);
      world.comments.set(
        pull.number,
        comments.map(({ id, user, body, created_at }) => ({
          id,
          author: user.login,
          body,
          at: Date.parse(created_at),
          minimized: false,
          editedAt: null,
        })),
      );
    }
  };
  const viewerOf = (authorization: string): string =>
    TOKENS[authorization.replace(/^\w+ /, '') as Token] ?? APP.login;

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const at = new URL(request.url ?? '/', url);
    const method = request.method ?? 'GET';
    const body = await readBody(request);
    const send = (status: number, value: unknown): void => {
      log.push(`${method} ${at.pathname} ${status}`);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    };
    if (at.pathname === '/graphql') {
      await mirror();
      const { query, variables } = JSON.parse(body.toString()) as {
        query: string;
        variables?: Record<string, unknown>;
      };
      const answer = await graph(
        query,
        variables ?? {},
        viewerOf(request.headers.authorization ?? ''),
      );
      violations.push(...answer.violations);
      return send(200, answer.body);
    }
    const found = contract.match(method, at.pathname);
    const json =
      body.length === 0 ? undefined : (JSON.parse(body.toString()) as Record<string, unknown>);
    // The trimmed copy of the description has no contents.
    if (found === null && !/\/contents\//.test(at.pathname))
      violations.push(`ao calls ${method} ${at.pathname}, which the contract does not have`);
    if (found !== null)
      violations.push(...contract.requestErrors(found.operation, at.searchParams, json));
    if (found !== null && LACKING.has(`${method} ${found.operation.path}`)) {
      const key = `${found.operation.method} ${found.operation.path}`;
      const own = answerRest(world, {
        key,
        params: found.params,
        query: at.searchParams,
        body: json ?? {},
        accept: '',
        viewer: 'ao-bot',
        url: at.href,
      });
      return send(own.status, contract.response(found.operation, own.status, own.body).body);
    }
    const answer = await fetch(`${behind}${at.pathname}${at.search}`, {
      method,
      headers: forwarded(request),
      redirect: 'manual',
      ...(body.length === 0 ? {} : { body }),
    });
    // Addresses in its answers are its own; asked through the proxy they are the proxy's.
    const text = (await answer.text()).replaceAll(itself, url);
    log.push(`${method} ${at.pathname} ${answer.status}`);
    if (found !== null && /json/.test(answer.headers.get('content-type') ?? ''))
      violations.push(
        ...contract
          .answerErrors(found.operation, answer.status, JSON.parse(text))
          .filter((error) => !DEVIATIONS.some((known) => known.test(error))),
      );
    const kept = [...answer.headers].filter(
      ([name]) =>
        !['content-length', 'content-encoding', 'transfer-encoding', 'connection'].includes(name),
    );
    response
      .writeHead(
        answer.status,
        Object.fromEntries(kept.map(([name, value]) => [name, value.replaceAll(itself, url)])),
      )
      .end(text);
  };

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      violations.push(`the proxy failed: ${String(error)}`);
      if (!response.headersSent) response.writeHead(500).end();
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    log,
    violations,
    to(address: string, saysOfItself: string) {
      behind = address;
      itself = saysOfItself;
    },
    close: () =>
      new Promise<void>((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}

/** emulate answers 404 to these. */
const LACKING: ReadonlySet<string> = new Set([
  'GET /repos/{owner}/{repo}/commits/{ref}/status',
  'GET /repos/{owner}/{repo}/rules/branches/{branch}',
]);

/** emulate counts no changed files and sees no conflicts, so none are told. */
const NO_COMMITS: Commits = {
  head: () => null,
  branches: () => ({}),
  stats: () => ({ additions: 0, deletions: 0, files: 0 }),
  conflicts: () => [],
  behind: () => 0,
  merge: () => '',
  remove() {},
  keepPull() {},
  mergeBase: (base) => base,
  diff: () => '',
};

const copyOf = (pull: Pull, reviews: readonly Review[]): ReturnType<World['pull']> => ({
  number: pull.number,
  title: pull.title,
  body: pull.body ?? '',
  branch: pull.head.ref,
  headRepository: pull.head.repo.full_name,
  headRepositoryId: pull.head.repo.node_id,
  maintainerCanModify: true,
  base: pull.base.ref,
  state: pull.merged_at !== null ? 'MERGED' : pull.state === 'open' ? 'OPEN' : 'CLOSED',
  draft: pull.draft,
  author: pull.user.login,
  createdAt: Date.parse(pull.created_at),
  updatedAt: Date.parse(pull.updated_at),
  headSha: pull.head.sha,
  baseChanges: [],
  baseSha: pull.base.sha,
  mergeSha: pull.merge_commit_sha,
  mergedBy: null,
  labels: [],
  queued: false,
  autoMerge: false,
  unknownReads: 0,
  asked: [],
  threads: [],
  reviews: reviews.map(({ id, user, body, state, commit_id, submitted_at }) => ({
    id,
    author: user.login,
    body,
    state,
    minimized: false,
    sha: commit_id,
    at: Date.parse(submitted_at),
  })),
});

const forwarded = (request: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(request.headers).flatMap(([name, value]) =>
      value === undefined ||
      ['host', 'connection', 'content-length', 'accept-encoding', 'transfer-encoding'].includes(
        name,
      )
        ? []
        : [[name, String(value)]],
    ),
  );

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
