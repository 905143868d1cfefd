import { z } from 'zod';
import { rejected } from '../../../src/slots/errors.ts';
import type { StackMove } from '../../../src/slots/scm.ts';
import { saidBy, statusOf } from '../../shared/forge-http/failure.ts';
import type { GitLabClient } from '../../shared/gitlab/client.ts';
import { plainCodeOwners } from './code-owners.ts';
import { mutate } from './conversation.ts';
import type { Heads } from './heads.ts';
import { SET_DRAFT } from './queries.ts';
import type { Core } from './schema.ts';

/** Where GitLab looks for it, in this order. */
const CODE_OWNERS = ['CODEOWNERS', 'docs/CODEOWNERS', '.gitlab/CODEOWNERS'];
const AGAIN: ReadonlySet<string> = new Set(['FAILED', 'CANCELED']);
const pullsSchema = z.object({ iid: z.number() });

/** What ao does to a merge request besides merging it and writing to it. Each may be repeated. */
export interface Actions {
  markReady(core: Core, sha: string): Promise<void>;
  close(core: Core): Promise<void>;
  rerun(core: Core, sha: string): Promise<void>;
  /** GitLab has no other way than to put the commits anew on the base; it does so by and by, and the next looks see it. */
  updateBranch(core: Core, sha: string): Promise<void>;
  deleteBranch(core: Core): Promise<void>;
  moveStacked(core: Core): Promise<StackMove>;
  /** From the base branch, in the form that ao reads; null: there is none. */
  codeOwners(core: Core): Promise<string | null>;
  rawDiff(number: number): Promise<string>;
}

interface Parts {
  readonly client: GitLabClient;
  readonly heads: Heads;
}

export const createActions = (parts: Parts): Actions => ({
  async markReady(core, sha) {
    requireHead(core, sha);
    const variables = { iid: String(core.iid) };
    if (core.draft)
      await mutate(parts.client, { what: `draft !${core.iid}`, query: SET_DRAFT }, variables);
  },
  async close(core) {
    if (core.state === 'opened') await change(parts, core.iid, { state_event: 'close' });
  },
  rerun: (core, sha) => rerun(parts, core, sha),
  updateBranch: (core, sha) => updateBranch(parts, core, sha),
  deleteBranch: (core) => deleteBranch(parts, core),
  moveStacked: (core) => moveStacked(parts, core),
  codeOwners: (core) => codeOwners(parts, core),
  async rawDiff(number) {
    const path = `/merge_requests/${number}/raw_diffs`;
    const what = `the diff of !${number}`;
    return parts.client.http.text(await parts.client.at({ purpose: 'read', what, path }));
  },
});

async function change(
  { client }: Parts,
  number: number,
  body: Readonly<Record<string, unknown>>,
): Promise<void> {
  const path = `/merge_requests/${number}`;
  const what = `merge request !${number}`;
  await client.http.send(await client.at({ purpose: 'write', what, method: 'PUT', path, body }));
}

async function rerun({ client }: Parts, core: Core, sha: string): Promise<void> {
  requireHead(core, sha);
  const pipeline = core.headPipeline;
  if (pipeline == null || !AGAIN.has(pipeline.status))
    throw rejected(
      'AO_SCM_NOTHING_TO_RERUN',
      `The pipeline of !${core.iid} has no failed job that can be run again from here.`,
    );
  const what = `failed jobs of pipeline ${pipeline.id}`;
  const path = `/pipelines/${pipeline.id}/retry`;
  await client.http.send(await client.at({ purpose: 'write', what, method: 'POST', path }));
}

async function updateBranch({ client }: Parts, core: Core, sha: string): Promise<void> {
  requireHead(core, sha);
  const what = `the branch of !${core.iid}`;
  const path = `/merge_requests/${core.iid}/rebase`;
  const call = await client.at({ purpose: 'write', what, method: 'PUT', path });
  await client.http.send(call).catch((error: unknown) => {
    if (statusOf(error) !== 403 && statusOf(error) !== 409) throw error;
    throw rejected(
      'AO_SCM_UPDATE_REFUSED',
      `GitLab refused to rebase !${core.iid}: ${saidBy(error)}`,
      { cause: error },
    );
  });
}

async function deleteBranch(parts: Parts, core: Core): Promise<void> {
  const { client, heads } = parts;
  if (!heads.isOurs(core))
    throw rejected(
      'AO_SCM_FOREIGN',
      `The branch of !${core.iid} sits in somebody else's project; ao does not delete it.`,
    );
  const stacked = await stackedOn(parts, core);
  if (stacked.length > 0)
    throw rejected(
      'AO_SCM_BRANCH_IS_BASE',
      `${core.sourceBranch} is kept: ${stacked.map((iid) => `!${iid}`).join(', ')} would lose its base with it. Give them another base first.`,
    );
  const fork = heads.isForeign(core) ? heads.fork() : null;
  const path = `/repository/branches/${encodeURIComponent(core.sourceBranch)}`;
  const ask = { purpose: 'write', what: `branch ${core.sourceBranch}`, method: 'DELETE' } as const;
  const call =
    fork === null
      ? await client.at({ ...ask, path })
      : { ...ask, path: `/v4/projects/${encodeURIComponent(fork)}${path}` };
  await client.http.send(call).catch((error: unknown) => {
    // Gone already, by GitLab itself or by a person.
    if (statusOf(error) !== 404) throw error;
  });
}

const NOT_MOVED: ReadonlySet<number | null> = new Set([400, 403, 409, 422]);

async function moveStacked(parts: Parts, core: Core): Promise<StackMove> {
  const moved: number[] = [];
  const stay: Array<StackMove['stay'][number]> = [];
  for (const number of await stackedOn(parts, core)) {
    try {
      await change(parts, number, { target_branch: core.targetBranch });
      moved.push(number);
    } catch (error) {
      if (!(error instanceof Error) || !NOT_MOVED.has(statusOf(error))) throw error;
      stay.push({ number, why: error.message });
    }
  }
  return { base: core.targetBranch, moved, stay };
}

async function codeOwners({ client }: Parts, core: Core): Promise<string | null> {
  for (const file of CODE_OWNERS) {
    const path = `/repository/files/${encodeURIComponent(file)}/raw`;
    const query = { ref: core.targetBranch };
    const call = await client.at({ purpose: 'merge', what: file, path, query });
    try {
      return plainCodeOwners(await client.http.text(call));
    } catch (error) {
      if (statusOf(error) !== 404) throw error;
    }
  }
  return null;
}

function requireHead(core: Core, sha: string): void {
  if (core.diffHeadSha === sha) return;
  throw rejected(
    'AO_SCM_HEAD_MOVED',
    `The head of !${core.iid} moved from ${sha.slice(0, 7)} to ${core.diffHeadSha?.slice(0, 7) ?? 'another commit'}. Look at it again.`,
  );
}

/** Open merge requests that go into the branch of `core`; a fork's branch is nobody's base here. */
async function stackedOn({ client, heads }: Parts, core: Core): Promise<readonly number[]> {
  if (heads.isForeign(core)) return [];
  const call = await client.at({
    purpose: 'write',
    what: `merge requests into ${core.sourceBranch}`,
    path: '/merge_requests',
    query: { state: 'opened', target_branch: core.sourceBranch, per_page: 100 },
  });
  const { items } = await client.http.pages(call, pullsSchema, 10);
  return items.map(({ iid }) => iid).filter((iid) => iid !== core.iid);
}
