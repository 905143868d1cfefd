import { z } from 'zod';
import { rejected } from '../../../src/slots/errors.ts';
import type { ScmPlugin } from '../../../src/slots/scm.ts';
import { statusOf } from '../../shared/forge-http/failure.ts';
import type { At, GitLabClient } from '../../shared/gitlab/client.ts';
import type { Heads } from './heads.ts';
import { numberOfKey } from './key.ts';
import type { Reader } from './reader.ts';
import type { Core } from './schema.ts';

type CreateInput = Parameters<ScmPlugin['create']>[0];
interface Parts {
  readonly client: GitLabClient;
  readonly reader: Reader;
  readonly heads: Heads;
}

/** Longest that GitLab takes, characters. */
const MAX_TITLE = 255;
const MAX_BODY = 1_000_000;
const REFUSED: ReadonlySet<number | null> = new Set([400, 409, 422]);
const madeSchema = z.object({ iid: z.number() });
const compareSchema = z.object({ commits: z.array(z.unknown()) });

/** Number of the branch's merge request: the open one, with the new text, or a new one. */
export async function openMergeRequest(parts: Parts, input: CreateInput): Promise<number> {
  const { heads } = parts;
  await heads.refresh();
  const existing = await openOne(parts, input.branch);
  if (existing !== null) return changeText(parts, requireOwn(existing, input), input);
  const remote = await heads.pushedAt(input.branch);
  if (remote !== null) requireHead(remote, input);
  await requireCommits(parts, input);
  try {
    return await make(parts, input);
  } catch (error) {
    if (!REFUSED.has(statusOf(error))) throw error;
    // Somebody else, or an earlier try whose answer was lost, opened it in this moment.
    const made = await openOne(parts, input.branch);
    if (made !== null) return changeText(parts, requireOwn(made, input), input);
    throw cantOpen(input, error);
  }
}

const cantOpen = ({ branch, base }: CreateInput, cause: unknown) =>
  rejected(
    'AO_SCM_CANT_OPEN',
    `GitLab opened no merge request from ${branch} into ${base}: ${cause instanceof Error ? cause.message : String(cause)} Push commits to the branch first.`,
    { cause },
  );

async function openOne({ reader, heads }: Parts, branch: string): Promise<Core | null> {
  const { cores } = await reader.read({ branches: [branch] }, 'write');
  return cores.find((core) => core.state === 'opened' && heads.isOurs(core)) ?? null;
}

/** GitLab would open one without any change. */
async function requireCommits({ client, heads }: Parts, input: CreateInput): Promise<void> {
  if (heads.fork() !== null) return;
  const { branch: to, base: from } = input;
  const call = await client.at({
    purpose: 'write',
    what: `commits of ${to}`,
    path: '/repository/compare',
    query: { from, to },
  });
  const none = (why: string, cause?: unknown) =>
    rejected(
      'AO_SCM_CANT_OPEN',
      `There is nothing to open from ${to} into ${from}: ${why}. Push commits to the branch first.`,
      { cause },
    );
  const compared = await client.http.json(call, compareSchema).catch((error: unknown) => {
    if (statusOf(error) === 404) throw none('one of the two branches is not there', error);
    throw error;
  });
  if (compared.commits.length === 0) throw none('it has no commits');
}

const textOf = ({ title, body, draft }: CreateInput) => {
  const whole = draft ? `Draft: ${title}` : title;
  const fits =
    whole.length <= MAX_TITLE
      ? whole
      : `${whole.slice(0, MAX_TITLE - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
  return { title: fits, description: body.slice(0, MAX_BODY) };
};

async function make({ client, heads }: Parts, input: CreateInput): Promise<number> {
  const project = await client.project();
  const fork = heads.fork();
  const body = { source_branch: input.branch, target_branch: input.base, ...textOf(input) };
  const ask: Omit<At, 'path'> = {
    purpose: 'write',
    what: `a merge request of ${input.branch}`,
    method: 'POST',
  };
  const call =
    fork === null
      ? await client.at({ ...ask, path: '/merge_requests', body })
      : {
          ...ask,
          path: `/v4/projects/${encodeURIComponent(fork)}/merge_requests`,
          body: { ...body, target_project_id: project.id, allow_collaboration: true },
        };
  return (await client.http.json(call, madeSchema)).iid;
}

/** Of an earlier run of the same name, or of somebody else: never taken over, its words never overwritten. */
function requireOwn(core: Core, input: CreateInput): Core {
  const { own, branch } = input;
  const known = own?.prs.some((key) => numberOfKey(key) === core.iid) === true;
  if (own !== undefined && !known && core.createdAt < own.since)
    throw rejected(
      'AO_SCM_FOREIGN_PR',
      `!${core.iid} of ${branch} is open already: @${core.author?.username ?? 'somebody'} opened it on ${new Date(core.createdAt).toISOString().slice(0, 10)}, before this session began. It was left as it is. Push your work under another name (git push origin HEAD:${branch}-2) and open the merge request from there, or let somebody take that one over: /ao adopt ${core.iid}`,
    );
  requireHead(core.diffHeadSha ?? null, input);
  return core;
}

function requireHead(remote: string | null, { branch, head }: CreateInput): void {
  if (typeof head !== 'string' || remote === null || head === remote) return;
  throw rejected(
    'AO_SCM_OTHER_HEAD',
    `${branch} is at ${remote.slice(0, 7)} at GitLab, but this worktree is at ${head.slice(0, 7)}. Push first: git push origin HEAD:${branch}. If that is rejected, the branch there has commits of somebody else: push under another name (git push origin HEAD:${branch}-2) and open the merge request from there.`,
  );
}

async function changeText({ client }: Parts, core: Core, input: CreateInput): Promise<number> {
  const { base, mayMove } = input;
  if (core.targetBranch !== base && mayMove !== true)
    throw rejected(
      'AO_SCM_BASE_FIXED',
      `!${core.iid} goes into ${core.targetBranch}, and an agent can't change that: people look at it for that branch. A person can, at GitLab.`,
    );
  const call = await client.at({
    purpose: 'write',
    what: `merge request !${core.iid}`,
    method: 'PUT',
    path: `/merge_requests/${core.iid}`,
    // One that is a draft stays so: that is changed by itself.
    body: { ...textOf({ ...input, draft: core.draft }), target_branch: base },
  });
  await client.http.send(call);
  return core.iid;
}
