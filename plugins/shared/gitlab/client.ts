import { z } from 'zod';
import { createRunGit } from '../../../src/git/run-git.ts';
import { gitSetupOf } from '../../../src/git/setup.ts';
import { keyedMutex } from '../../../src/lib/keyed-mutex.ts';
import { notFound, PluginError, rejected, transient } from '../../../src/slots/errors.ts';
import type { PluginContext, ProjectInfo } from '../../../src/slots/plugin.ts';
import { keptPermissions, type Permission, type Permissions } from '../forge/permissions.ts';
import type { Purpose } from '../forge-http/governor.ts';
import {
  type Call,
  createForgeHttp,
  type Forge,
  type ForgeHttp,
  readAs,
} from '../forge-http/http.ts';
import { pathOfRemote, type Server, serverOf } from './address.ts';
import type { GitLabAccess } from './config.ts';
import { gitlabForge } from './forge.ts';

export interface ProjectAtGitLab {
  /** Never changes, whatever the project is called. */
  readonly id: number;
  /** With all its groups, as it is named now. */
  readonly path: string;
  readonly defaultBranch: string;
  readonly mergeMethod: 'merge' | 'rebase_merge' | 'ff';
  readonly squash: 'never' | 'always' | 'default_on' | 'default_off';
  readonly needsPipeline: boolean;
  readonly mergeTrains: boolean;
  /** Level of the token's own user in the project: 30 pushes and merges, 40 administers. Null: not told. */
  readonly level: number | null;
}

export interface Viewer {
  readonly id: number;
  readonly username: string;
  /** The user of a project or group token: nobody but ao writes as it. */
  readonly bot: boolean;
}

export type At = Omit<Call, 'path'> & {
  /** Below the project, with a leading slash; empty: the project itself. */
  readonly path: string;
};

export interface GitLabClient {
  readonly http: ForgeHttp;
  readonly server: Server;
  /** As it is now; read again after ten minutes. */
  project(): Promise<ProjectAtGitLab>;
  /** Path as ao's own project says it, and every other one that was seen for it since. */
  names(): readonly string[];
  viewer(): Promise<Viewer>;
  readonly permissions: Permissions;
  /** A call below the project, by its id. */
  at(call: At): Promise<Call>;
  /** Throws where any part of the answer failed: half of one makes no fact. */
  graphql<T>(
    asked: { readonly purpose: Purpose; readonly what: string; readonly query: string },
    variables: Readonly<Record<string, unknown>>,
    schema: z.ZodType<T>,
  ): Promise<T>;
}

const AGE = 600_000;

const projectSchema = z.object({
  id: z.number(),
  path_with_namespace: z.string(),
  default_branch: z.string().nullish(),
  merge_method: z.enum(['merge', 'rebase_merge', 'ff']).catch('merge'),
  squash_option: z.enum(['never', 'always', 'default_on', 'default_off']).catch('default_off'),
  only_allow_merge_if_pipeline_succeeds: z.boolean().nullish(),
  merge_trains_enabled: z.boolean().nullish(),
  permissions: z
    .object({
      project_access: z.object({ access_level: z.number() }).nullish(),
      group_access: z.object({ access_level: z.number() }).nullish(),
    })
    .nullish(),
});
const viewerSchema = z.object({ id: z.number(), username: z.string(), bot: z.boolean().nullish() });
const usersSchema = z.array(z.object({ id: z.number(), username: z.string() }));
const memberSchema = z.object({ access_level: z.number(), state: z.string().nullish() });
const answerSchema = z.object({
  data: z.unknown().optional(),
  errors: z.array(z.object({ message: z.string() })).optional(),
});

export function createGitLabClient(
  access: GitLabAccess,
  context: PluginContext,
  project: ProjectInfo,
): GitLabClient {
  const server = serverOf(access.baseUrl);
  const forge = gitlabForge(access);
  const http = createForgeHttp(forge, context);
  const once = keyedMutex();
  const seen: string[] = [];
  let info: { readonly at: number; readonly project: ProjectAtGitLab } | null = null;
  let viewer: Viewer | null = null;

  const readProject = (): Promise<ProjectAtGitLab> =>
    once('project', async () => {
      const now = context.clock.now();
      if (info !== null && Math.abs(now - info.at) < AGE) return info.project;
      const named = info === null ? await pathOf(access, context, project, server) : null;
      if (named !== null && !seen.includes(named)) seen.push(named);
      const found = await http.json(
        {
          purpose: 'setup',
          what: `project ${named ?? info?.project.path ?? ''}`,
          path: `/v4/projects/${encodeURIComponent(named ?? String(info?.project.id))}`,
        },
        projectSchema,
      );
      if (!seen.includes(found.path_with_namespace)) seen.push(found.path_with_namespace);
      info = { at: now, project: toProject(found) };
      return info.project;
    });

  const permissions = keptPermissions(context.clock, (login) =>
    permissionOf(http, readProject, login),
  );

  return {
    http,
    server,
    project: readProject,
    names: () => seen,
    permissions,
    viewer: () => once('viewer', async () => (viewer ??= await readViewer(http))),
    at: async (call) => ({ ...call, path: `/v4/projects/${(await readProject()).id}${call.path}` }),
    graphql: (asked, variables, schema) => question({ http, forge }, asked, variables, schema),
  };
}

async function question<T>(
  { http, forge }: { readonly http: ForgeHttp; readonly forge: Forge },
  { purpose, what, query }: Parameters<GitLabClient['graphql']>[0],
  variables: Readonly<Record<string, unknown>>,
  schema: z.ZodType<T>,
): Promise<T> {
  const reads = !/^\s*mutation\b/.test(query);
  const body = { query, variables };
  const call: Call = { purpose, what, path: '/graphql', method: 'POST', body, reads };
  const answer = await http.json(call, answerSchema);
  const said = (answer.errors ?? []).map((error) => error.message).join('; ');
  if (said !== '') throw partFailed(what, said);
  return readAs(answer.data, schema, { ...forge, what, reads });
}

/** What passes by itself is tried again; that a field is unknown or a question too large never does. */
const partFailed = (what: string, said: string): PluginError =>
  /timeout|timed out|internal server error|try again|temporar/i.test(said)
    ? transient(
        'AO_GITLAB_UNAVAILABLE',
        `GitLab could not answer about ${what}: ${said}. It is tried again.`,
      )
    : rejected('AO_GITLAB_REFUSED', `GitLab refused ${what}: ${said}`);

async function readViewer(http: ForgeHttp): Promise<Viewer> {
  const call: Call = { purpose: 'setup', what: 'who ao is', path: '/v4/user' };
  const { id, username, bot } = await http.json(call, viewerSchema);
  return { id, username, bot: bot ?? isTokenUser(username) };
}

/** Users of project and group tokens are named so; older servers don't say it otherwise. */
const isTokenUser = (username: string): boolean => /^(?:project|group)_\d+_bot/.test(username);

const toProject = (found: z.output<typeof projectSchema>): ProjectAtGitLab => {
  const levels = [found.permissions?.project_access, found.permissions?.group_access].flatMap(
    (one) => (one == null ? [] : [one.access_level]),
  );
  return {
    id: found.id,
    path: found.path_with_namespace,
    defaultBranch: found.default_branch ?? 'main',
    mergeMethod: found.merge_method,
    squash: found.squash_option,
    needsPipeline: found.only_allow_merge_if_pipeline_succeeds === true,
    mergeTrains: found.merge_trains_enabled === true,
    level: levels.length === 0 ? null : Math.max(...levels),
  };
};

/** Which project of GitLab ao's project means: configured, else what its remote says. */
async function pathOf(
  access: GitLabAccess,
  context: PluginContext,
  project: ProjectInfo,
  server: Server,
): Promise<string> {
  const configured = access.repository ?? project.forge?.repository ?? null;
  if (configured !== null) return configured;
  const result = await createRunGit(gitSetupOf(context))(project.repo, [
    'remote',
    'get-url',
    'origin',
  ]);
  const path = result.ok ? pathOfRemote(result.stdout, server) : null;
  if (path === null)
    throw rejected(
      'AO_GITLAB_NO_REPOSITORY',
      `ao does not know which GitLab project ${project.id} is: it has no remote "origin" there. Set repo: group/name in ao.yaml.`,
    );
  return path;
}

async function permissionOf(
  http: ForgeHttp,
  project: () => Promise<ProjectAtGitLab>,
  login: string,
): Promise<Permission> {
  const ask = { purpose: 'permission', what: `permission of ${login}` } as const;
  const found = await http.json(
    { ...ask, path: '/v4/users', query: { username: login } },
    usersSchema,
  );
  const user = found.find((one) => one.username.toLowerCase() === login.toLowerCase());
  if (user === undefined) return 'none';
  try {
    const { id } = await project();
    const member = await http.json(
      { ...ask, path: `/v4/projects/${id}/members/all/${user.id}` },
      memberSchema,
    );
    return member.state == null || member.state === 'active'
      ? levelOf(member.access_level)
      : 'none';
  } catch (error) {
    if (error instanceof PluginError && error.kind === 'not_found') return 'none';
    if (error instanceof PluginError && error.code === 'AO_GITLAB_FORBIDDEN') return 'unknown';
    throw error;
  }
}

/** 5 minimal, 10 guest, 15 planner, 20 reporter, 30 developer, 40 maintainer, 50 owner. */
function levelOf(level: number): Permission {
  if (level >= 40) return 'admin';
  if (level >= 30) return 'write';
  return level >= 10 ? 'read' : 'none';
}

/** Something the plugin was given that can't be a number of this project. */
export const badReference = (reference: string, kind: string): PluginError =>
  notFound(
    'AO_GITLAB_NOT_FOUND',
    `"${reference.slice(0, 100)}" isn't the ${kind} of this project. Give its number or its address.`,
  );

export const needProject = (what: string): PluginError =>
  rejected(
    'AO_GITLAB_NO_PROJECT',
    `The GitLab ${what} works for one project; it was started without any.`,
  );
