import { createHash } from 'node:crypto';
import { GraphqlResponseError } from '@octokit/graphql';
import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { Octokit as Rest } from '@octokit/rest';
import { keyedMutex } from '../../../src/lib/keyed-mutex.ts';
import { notFound, rejected } from '../../../src/slots/errors.ts';
import type { PluginContext, ProjectInfo } from '../../../src/slots/plugin.ts';
import type { Governor, Purpose } from '../forge-http/governor.ts';
import type { GitHubAccess } from './config.ts';
import { type Credentials, credentials } from './credentials.ts';
import { isRequestError, lateAnswer, rateLimitWait, statusOf, toPluginError } from './failure.ts';
import { createGitHubGovernor, limitsOf } from './governor.ts';
import { type Slug, slugOfProject, slugText } from './repository.ts';

const Octokit = Rest.plugin(throttling, retry);
export type OctokitClient = InstanceType<typeof Octokit>;

export interface RepositoryInfo extends Slug {
  readonly nodeId: string;
  readonly private: boolean;
  readonly defaultBranch: string;
  readonly methods: { readonly squash: boolean; readonly merge: boolean; readonly rebase: boolean };
  readonly readAt: number;
}

/** Parameters every call on the repository takes. */
export interface At extends Slug {
  readonly request: { readonly purpose: Purpose; readonly what: string };
}

export interface GitHubClient {
  readonly governor: Governor;
  /** The repository as it is named now; renames and transfers are followed. Read again after ten minutes. */
  repository(): Promise<RepositoryInfo>;
  /** owner/name as the project says it; keys of pull requests are made of it, so that a rename doesn't change them. */
  name(): Promise<string>;
  /** Every owner/name that means the repository, as far as that was told by now: as the project says it, as GitHub does. */
  names(): readonly string[];
  /** The repository is read again with the next call: something said that it has another name. */
  doubtName(): void;
  /** Login of the token's owner, or of the app's bot. */
  viewer(): Promise<string>;
  rest<T>(
    purpose: Purpose,
    what: string,
    call: (octokit: OctokitClient, at: At) => Promise<{ readonly data: T }>,
  ): Promise<T>;
  /** As `rest`, but the error of Octokit itself, for callers that tell statuses apart. */
  raw<T>(
    purpose: Purpose,
    what: string,
    call: (octokit: OctokitClient, at: At) => Promise<T>,
  ): Promise<T>;
  /** A GET with the ETag of its last answer. `changed: false` cost nothing. */
  conditional<T>(
    purpose: Purpose,
    what: string,
    route: string,
    parameters: Readonly<Record<string, unknown>>,
  ): Promise<{ readonly changed: boolean; readonly data: T }>;
  /** Errors that only say that a part was not found leave that part null; anything else throws. `rateLimit { cost }` is counted where the query asks for it. */
  graphql<T>(
    purpose: Purpose,
    what: string,
    query: string,
    variables: Readonly<Record<string, unknown>>,
  ): Promise<T>;
}

export interface ClientOptions {
  /** False: no pauses between writes. Only for tests. */
  readonly throttle?: boolean;
}

const REPOSITORY_AGE = 600_000;
const MAX_ETAGS = 2_000;

export function createGitHubClient(
  access: GitHubAccess,
  context: PluginContext,
  project: ProjectInfo,
  options: ClientOptions = {},
): GitHubClient {
  const governor = context.shared(`github ${accountOf(access, project)}`, () =>
    createGitHubGovernor(context.clock),
  );
  const login = credentials(access, context, async (jwt) => {
    const app = new Octokit({
      ...octokitBase(access, context),
      authStrategy: () => jwt,
      throttle: { enabled: false },
      retry: { enabled: false },
    });
    const { owner, repo } = await slug();
    return (await app.rest.apps.getRepoInstallation({ owner, repo })).data.id;
  });
  const octokit = openOctokit(access, context, governor, login, options.throttle !== false);
  // The throttling plugin takes every GraphQL query for a write and puts a second between two; questions need no pause.
  const questions = openOctokit(access, context, governor, login, false);
  const etags = new Map<string, { readonly etag: string; readonly data: unknown }>();
  const once = keyedMutex();
  let named: Promise<Slug> | null = null;
  let said: Slug | null = null;
  let info: RepositoryInfo | null = null;
  let infoEtag: string | undefined;
  let viewer: string | null = null;

  const slug = (): Promise<Slug> => {
    named ??= slugOfProject(access, project, context).then(
      (found) => (said = found),
      (error: unknown) => {
        named = null;
        throw error;
      },
    );
    return named;
  };
  const failure = (error: unknown, what: string) =>
    toPluginError(error, { what, now: context.clock.now() });
  const repository = (): Promise<RepositoryInfo> =>
    once('repository', async () => {
      if (info !== null && context.clock.now() - info.readAt < REPOSITORY_AGE) return info;
      const { owner, repo } = info ?? (await slug());
      const what = `repository ${owner}/${repo}`;
      try {
        const { data, headers } = await octokit.rest.repos.get({
          owner,
          repo,
          headers: infoEtag === undefined ? {} : { 'if-none-match': infoEtag },
          request: { purpose: 'setup', what },
        });
        infoEtag = headers.etag;
        const moved = data.full_name.toLowerCase() !== `${owner}/${repo}`.toLowerCase();
        if (moved)
          context.logger.warn(
            { from: `${owner}/${repo}`, to: data.full_name },
            'the repository was renamed or transferred; ao follows it',
          );
        info = {
          owner: data.owner.login,
          repo: data.name,
          nodeId: data.node_id,
          private: data.private,
          defaultBranch: data.default_branch,
          methods: {
            squash: data.allow_squash_merge ?? true,
            merge: data.allow_merge_commit ?? true,
            rebase: data.allow_rebase_merge ?? true,
          },
          readAt: context.clock.now(),
        };
        return info;
      } catch (error) {
        if (statusOf(error) !== 304 || info === null) throw failure(error, what);
        info = { ...info, readAt: context.clock.now() };
        return info;
      }
    });

  const doubtName = (): void => {
    info = info === null ? null : { ...info, readAt: 0 };
  };

  const raw: GitHubClient['raw'] = async (purpose, what, call) => {
    const { owner, repo } = await repository();
    return call(octokit, { owner, repo, request: { purpose, what } });
  };

  return {
    governor,
    repository,
    name: async () => slugText(await slug()),
    names: () => [
      ...new Set([said, info].flatMap((known) => (known === null ? [] : [slugText(known)]))),
    ],
    doubtName,
    viewer: () =>
      once('viewer', async () => {
        if (viewer !== null) return viewer;
        try {
          const answer = await questions.graphql<{ viewer: { login: string } }>(
            'query { viewer { login } }',
            {
              request: { purpose: 'setup', what: 'who ao is' },
            },
          );
          viewer = answer.viewer.login;
          return viewer;
        } catch (error) {
          throw failure(error, 'who ao is');
        }
      }),
    raw,
    async rest(purpose, what, call) {
      try {
        return (await raw(purpose, what, call)).data;
      } catch (error) {
        // The cached name may be the old one: look again before the next call.
        if (statusOf(error) === 404 || statusOf(error) === 301) doubtName();
        throw failure(error, what);
      }
    },
    async conditional<T>(
      purpose: Purpose,
      what: string,
      route: string,
      parameters: Readonly<Record<string, unknown>>,
    ) {
      const { owner, repo } = await repository();
      const key = `${route} ${owner}/${repo} ${JSON.stringify(parameters)}`;
      const known = etags.get(key);
      try {
        const answer = await octokit.request(route, {
          owner,
          repo,
          ...parameters,
          headers: known === undefined ? {} : { 'if-none-match': known.etag },
          request: { purpose, what },
        });
        etags.delete(key);
        if (answer.headers.etag !== undefined)
          etags.set(key, { etag: answer.headers.etag, data: answer.data });
        if (etags.size > MAX_ETAGS) etags.delete(etags.keys().next().value ?? '');
        return { changed: true, data: answer.data as T };
      } catch (error) {
        if (statusOf(error) === 304 && known !== undefined)
          return { changed: false, data: known.data as T };
        throw failure(error, what);
      }
    },
    async graphql<T>(
      purpose: Purpose,
      what: string,
      query: string,
      variables: Readonly<Record<string, unknown>>,
    ): Promise<T> {
      try {
        return await (isMutation(query) ? octokit : questions).graphql<T>(query, {
          ...variables,
          request: { purpose, what },
        });
      } catch (error) {
        if (error instanceof GraphqlResponseError && onlyMissing(error)) return error.data as T;
        throw failure(error, what);
      }
    },
  };
}

/** Whose limits calls count against: tracker and scm, and all projects of one token. Installations have limits of their own. */
function accountOf(
  { baseUrl, token, app, repository }: GitHubAccess,
  project: ProjectInfo,
): string {
  const who =
    app !== undefined
      ? `app ${app.id} ${app.installation ?? repository ?? project.forge?.repository ?? project.id}`
      : token === undefined
        ? 'gh'
        : createHash('sha256').update(token).digest('hex');
  return `${baseUrl.replace(/\/$/, '')} ${who}`;
}

/** Parts that are gone are null in the answer; a repository that is gone or hidden is a failure of ours. */
function onlyMissing(error: GraphqlResponseError<unknown>): boolean {
  const data = error.data as Record<string, unknown> | null | undefined;
  return (
    data != null &&
    data.repository !== null &&
    (error.errors ?? []).every((one) => (one as { type?: string }).type === 'NOT_FOUND')
  );
}

function octokitBase(access: GitHubAccess, context: PluginContext) {
  const say = (level: 'debug' | 'info' | 'warn' | 'error') => (message: string) =>
    context.logger[level]({}, message);
  return {
    baseUrl: access.baseUrl.replace(/\/$/, ''),
    userAgent: 'ao',
    // Octokit says at debug and info what it requests; failures come as errors anyway.
    log: { debug: () => {}, info: () => {}, warn: say('debug'), error: say('debug') },
  };
}

const isMutation = (query: string): boolean => /^\s*mutation\b/.test(query);

function openOctokit(
  access: GitHubAccess,
  context: PluginContext,
  governor: Governor,
  login: Credentials,
  throttle: boolean,
): OctokitClient {
  const octokit = new Octokit({
    ...octokitBase(access, context),
    authStrategy: login.authStrategy,
    auth: login.auth,
    throttle: !throttle
      ? { enabled: false }
      : { id: context.id, onRateLimit: () => {}, onSecondaryRateLimit: () => {} },
    // What changes the world is repeated by its caller, who looks first whether it happened.
    retry: { retries: 1, doNotRetry: [304, 400, 401, 403, 404, 405, 409, 410, 422, 429, 451] },
  });
  octokit.hook.wrap('request', async (request, endpoint) => {
    const asked = endpoint.request as
      | { purpose?: Purpose; what?: string; retries?: number; signal?: AbortSignal }
      | undefined;
    const purpose = asked?.purpose ?? 'setup';
    const resource = endpoint.url.endsWith('/graphql') ? 'graphql' : 'core';
    governor.admit(resource, purpose, asked?.what ?? 'a call to GitHub');
    const reads =
      endpoint.method === 'GET' ||
      (resource === 'graphql' &&
        !isMutation(String((endpoint as { query?: unknown }).query ?? '')));
    const signal = AbortSignal.timeout(access.timeoutMs);
    endpoint.request = { ...asked, ...(reads ? {} : { retries: 0 }), signal } as never;
    try {
      const answer = await request(endpoint);
      governor.answered(purpose, {
        status: answer.status,
        limits: limitsOf(answer.headers),
        cost: costOf(answer.data),
      });
      return answer;
    } catch (error) {
      if (!reads && signal.aborted) throw lateAnswer(asked?.what ?? 'a change', error);
      if (isRequestError(error)) {
        governor.answered(purpose, {
          status: error.status,
          limits: limitsOf(error.response?.headers ?? {}),
          cost: 1,
        });
        const wait = rateLimitWait(error, context.clock.now());
        // A secondary limit is on everything we do, not on one resource.
        if (wait !== null)
          governor.refused(
            error.response?.headers['x-ratelimit-remaining'] === '0' ? resource : 'all',
            wait,
          );
      }
      throw error;
    }
  });
  return octokit;
}

const costOf = (data: unknown): number => {
  const cost = (data as { data?: { rateLimit?: { cost?: unknown } } } | null)?.data?.rateLimit
    ?.cost;
  return typeof cost === 'number' ? cost : 1;
};

/** Something the plugin was given that can't be a number of this repository. */
export const badReference = (reference: string, kind: string) =>
  notFound(
    'AO_GITHUB_NOT_FOUND',
    `"${reference.slice(0, 100)}" is no ${kind} of this repository. Give its number or its address.`,
  );
export const needProject = (what: string) =>
  rejected(
    'AO_GITHUB_NO_PROJECT',
    `The GitHub ${what} works for one project; it was started without any.`,
  );
