import { readFile } from 'node:fs/promises';
import { createAppAuth } from '@octokit/auth-app';
import { failureOf, runProcess } from '../../../src/lib/process/run-process.ts';
import { authFailed } from '../../../src/slots/errors.ts';
import type { PluginContext } from '../../../src/slots/plugin.ts';
import type { GitHubAccess } from './config.ts';
import { statusOf } from './failure.ts';

const GH_TIMEOUT = 10_000;

/** The part of Octokit's auth strategies that is used here. */
interface Auth {
  (): Promise<unknown>;
  hook(request: RequestLike, route: string | object, parameters?: object): Promise<unknown>;
}
interface RequestLike {
  (options: object): Promise<unknown>;
  endpoint: {
    merge(route: string | object, parameters?: object): { headers: Record<string, unknown> };
  };
}

export interface Credentials {
  readonly kind: 'token' | 'gh' | 'app';
  readonly authStrategy: (options: Record<string, unknown>) => unknown;
  readonly auth: Record<string, unknown>;
}

/** `installation` is asked for when an app is configured without one. */
export function credentials(
  access: GitHubAccess,
  context: PluginContext,
  installation: (jwt: (request: object) => unknown) => Promise<number>,
): Credentials {
  const { token } = access;
  if (access.app !== undefined)
    return {
      kind: 'app',
      authStrategy: shared((options) => appAuth(access, options, installation)),
      auth: {},
    };
  if (token !== undefined)
    return { kind: 'token', authStrategy: shared(() => tokenAuth(async () => token)), auth: {} };
  return {
    kind: 'gh',
    authStrategy: shared(() => tokenAuth(() => ghToken(access, context))),
    auth: {},
  };
}

/** One login for all the Octokits of a client. */
function shared(
  make: (options: Record<string, unknown>) => Auth,
): (options: Record<string, unknown>) => Auth {
  let made: Auth | null = null;
  return (options) => (made ??= make(options));
}

/** A token that is fetched once, and once more after a 401: people log in again, tokens are renewed. */
function tokenAuth(read: () => Promise<string>): Auth {
  let known: Promise<string> | null = null;
  const token = (): Promise<string> => {
    known ??= read().catch((error: unknown) => {
      known = null;
      throw error;
    });
    return known;
  };
  const send = async (
    request: RequestLike,
    route: string | object,
    parameters?: object,
  ): Promise<unknown> => {
    const endpoint = request.endpoint.merge(route, parameters);
    endpoint.headers.authorization = `token ${await token()}`;
    return request(endpoint);
  };
  return Object.assign(async () => ({ type: 'token', token: await token() }), {
    async hook(
      request: RequestLike,
      route: string | object,
      parameters?: object,
    ): Promise<unknown> {
      const before = await token();
      try {
        return await send(request, route, parameters);
      } catch (error) {
        if (statusOf(error) !== 401) throw error;
        known = null;
        if ((await token()) === before) throw error;
        return send(request, route, parameters);
      }
    },
  });
}

async function ghToken(access: GitHubAccess, context: PluginContext): Promise<string> {
  const host = new URL(access.baseUrl).hostname;
  const hostname = host === 'api.github.com' ? 'github.com' : host;
  const end = await runProcess({
    bin: access.ghPath,
    args: ['auth', 'token', '--hostname', hostname],
    cwd: '/',
    env: context.env,
    timeoutMs: GH_TIMEOUT,
  });
  const token = end.type === 'exited' && end.code === 0 ? end.stdout.trim() : '';
  if (token !== '') return token;
  const missing = end.type === 'not_started' && end.error.code === 'ENOENT';
  const why = missing
    ? 'the gh command is not installed'
    : `gh auth token: ${failureOf(end, GH_TIMEOUT) ?? 'it printed none'}`;
  throw authFailed(
    'AO_GITHUB_NO_TOKEN',
    `ao has no token for ${hostname}: none is configured, and ${why}. Set token: \${GITHUB_TOKEN} in ao.yaml, or run: gh auth login`,
  );
}

/** Installation tokens live an hour; auth-app renews them. The key is read on first use. */
function appAuth(
  access: GitHubAccess,
  options: Record<string, unknown>,
  installation: (jwt: (request: object) => unknown) => Promise<number>,
): Auth {
  let made: Promise<ReturnType<typeof createAppAuth>> | null = null;
  const open = async (): Promise<ReturnType<typeof createAppAuth>> => {
    const { app } = access;
    if (app === undefined) throw authFailed('AO_GITHUB_NO_APP', 'No GitHub App is configured.');
    const privateKey = (app.privateKey ?? (await readKey(app.privateKeyFile ?? ''))).replaceAll(
      '\\n',
      '\n',
    );
    const base = { appId: app.id, privateKey, request: options.request as never };
    const installationId = app.installation ?? (await installation(createAppAuth(base) as never));
    return createAppAuth({ ...base, installationId });
  };
  const auth = (): Promise<ReturnType<typeof createAppAuth>> => {
    made ??= open().catch((error: unknown) => {
      made = null;
      throw error;
    });
    return made;
  };
  return Object.assign(async () => (await auth())({ type: 'installation' }), {
    hook: async (
      request: RequestLike,
      route: string | object,
      parameters?: object,
    ): Promise<unknown> =>
      (await auth()).hook(request as never, route as never, parameters as never),
  });
}

async function readKey(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw authFailed(
      'AO_GITHUB_NO_KEY',
      `The private key of the GitHub App could not be read from ${file}. Check privateKeyFile.`,
      { cause: error },
    );
  }
}
