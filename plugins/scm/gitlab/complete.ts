import { z } from 'zod';
import { PluginError } from '../../../src/slots/errors.ts';
import type { ConflictingFiles } from '../../shared/forge/conflicts.ts';
import type { Purpose } from '../../shared/forge-http/governor.ts';
import type { GitLabClient } from '../../shared/gitlab/client.ts';
import { reviewOf, type Version } from './approvals.ts';
import { type Book, listSign } from './book.ts';
import { ofJob, type Reported, wantsList } from './checks.ts';
import { type CommentParts, commentsOf } from './comments.ts';
import type { Heads } from './heads.ts';
import { gatesOf } from './mergeability.ts';
import type { Entry } from './pr-fact.ts';
import type { Reader } from './reader.ts';
import {
  commitSchema,
  type JobsOf,
  mergedSchema,
  statusSchema,
  type TalkOf,
  versionSchema,
} from './schema.ts';

export interface CompleteParts {
  readonly client: GitLabClient;
  readonly reader: Reader;
  readonly book: Book;
  readonly heads: Heads;
  readonly comments: () => Promise<CommentParts>;
  readonly conflictingFiles: ConflictingFiles;
}

/** Reads what the cheap look of merge requests doesn't tell, as far as it is missing. Throws where any of it can't be read. */
export interface Complete {
  (numbers: Iterable<number>, purpose: Purpose): Promise<void>;
  /** Lists of jobs that came with another question. */
  takeJobs(jobs: readonly JobsOf[]): Promise<void>;
}

const MOST_PAGES = 10;
const MAX_PARENTS = 500;
const branchSchema = z.object({ commit: z.object({ id: z.string() }) });

export function createComplete(parts: CompleteParts): Complete {
  const { reader, book } = parts;
  const listed = new Map<number, string>();
  const checkedSha = createCheckedSha(parts.client);

  const takeJobs: Complete['takeJobs'] = async (all) => {
    for (const one of all) {
      const entry = book.get(one.iid);
      if (entry === undefined) continue;
      const list = await listOf(parts.client, entry, one);
      if (list === null) continue;
      book.add(one.iid, { list });
      listed.set(one.iid, listSign(entry.core));
    }
  };
  const isUnlisted = ({ core }: Entry): boolean =>
    wantsList(core) && listed.get(core.iid) !== listSign(core);

  const complete = async (numbers: Iterable<number>, purpose: Purpose): Promise<void> => {
    const entries = [...numbers].flatMap((number) => book.get(number) ?? []);
    const jobs = entries.filter(isUnlisted).map(({ core }) => core.iid);
    const talk = entries.filter((entry) => entry.review === null).map(({ core }) => core.iid);
    if (jobs.length + talk.length > 0) {
      const found = await reader.read({ jobs, talk }, purpose);
      await takeJobs(found.jobs);
      for (const one of found.talk) await takeTalk(parts, one, purpose);
    }
    for (const { core } of entries) {
      const entry = book.get(core.iid);
      if (entry === undefined) continue;
      if (entry.checkedSha === null && core.headPipeline != null)
        book.add(core.iid, { checkedSha: await checkedSha(entry, purpose) });
      if (gatesOf(core).mergeability === 'conflicting' && entry.conflicts.length === 0)
        book.add(core.iid, await conflictsOf(parts, entry));
      if (core.state === 'merged' && entry.mergedAs === null && core.mergeCommitSha == null)
        book.add(core.iid, { mergedAs: await mergedAs(parts.client, core.iid, purpose) });
    }
  };
  return Object.assign(complete, { takeJobs });
}

/** Null: they are of another pipeline than the one in the book. */
async function listOf(
  client: GitLabClient,
  entry: Entry,
  { headPipeline: pipeline }: JobsOf,
): Promise<readonly Reported[] | null> {
  if (pipeline == null || pipeline.id !== entry.core.headPipeline?.id) return null;
  const list = pipeline.jobs.pageInfo.hasNextPage
    ? await everyStatus(client, entry, pipeline.id)
    : pipeline.jobs.nodes.map((job) => ofJob(job, originOf(entry)));
  return explained(client, entry, list);
}

async function takeTalk(parts: CompleteParts, talk: TalkOf, purpose: Purpose): Promise<void> {
  const { client, book } = parts;
  const entry = book.get(talk.iid);
  if (entry === undefined) return;
  const notes = talk.notes.nodes;
  const versions = needsVersions(entry) ? await versionsOf(client, talk.iid, purpose) : [];
  const review = await reviewOf(entry.core, notes, versions, client.permissions);
  const comments = await commentsOf(notes, await parts.comments());
  book.add(talk.iid, { review, comments });
}

/** A pipeline of the merged result ran on a commit that GitLab made: the branch's is the second parent. */
function createCheckedSha(client: GitLabClient) {
  const parents = new Map<string, readonly string[]>();
  return async ({ core }: Entry, purpose: Purpose): Promise<string | null> => {
    const sha = core.headPipeline?.sha ?? null;
    if (sha === null || sha === core.diffHeadSha) return sha;
    const known = parents.get(sha) ?? (await parentsOf(client, sha, purpose));
    parents.set(sha, known);
    if (parents.size > MAX_PARENTS) parents.delete(parents.keys().next().value ?? '');
    const head = core.diffHeadSha ?? '';
    return known.includes(head) ? head : (known[1] ?? sha);
  };
}

async function conflictsOf(
  { client, heads, conflictingFiles }: CompleteParts,
  { core }: Entry,
): Promise<Partial<Entry>> {
  const tip = await baseTipOf(client, core.targetBranch);
  const { remote, ref } = heads.refOf(core);
  const conflicts = await conflictingFiles({
    base: { sha: tip, ref: `refs/heads/${core.targetBranch}` },
    head: { sha: core.diffHeadSha ?? '', ref },
    remote,
  });
  return { conflicts, baseTip: tip };
}

const originOf = ({ core }: Entry): string => core.webUrl ?? 'https://gitlab.invalid';

const needsVersions = ({ core }: Entry): boolean =>
  (core.approvedBy?.nodes.length ?? 0) > 0 ||
  (core.reviewers?.nodes ?? []).some(
    (one) => one.mergeRequestInteraction?.reviewState === 'REQUESTED_CHANGES',
  );

async function versionsOf(
  client: GitLabClient,
  iid: number,
  purpose: Purpose,
): Promise<readonly Version[]> {
  const what = `pushes of merge request !${iid}`;
  const call = await client.at({
    purpose,
    what,
    path: `/merge_requests/${iid}/versions`,
    query: { per_page: 100 },
  });
  const { items } = await client.http.pages(call, versionSchema, 1);
  return items.map((one) => ({ sha: one.head_commit_sha, at: one.created_at }));
}

async function parentsOf(
  client: GitLabClient,
  sha: string,
  purpose: Purpose,
): Promise<readonly string[]> {
  try {
    const call = await client.at({
      purpose,
      what: `commit ${sha}`,
      path: `/repository/commits/${encodeURIComponent(sha)}`,
    });
    return (await client.http.json(call, commitSchema)).parent_ids;
  } catch (error) {
    // Of a commit that is gone nothing is known: the checks are of another one then.
    if (error instanceof PluginError && error.kind === 'not_found') return [];
    throw error;
  }
}

async function baseTipOf(client: GitLabClient, branch: string): Promise<string> {
  const path = `/repository/branches/${encodeURIComponent(branch)}`;
  const call = await client.at({ purpose: 'details', what: `branch ${branch}`, path });
  return (await client.http.json(call, branchSchema)).commit.id;
}

/** GraphQL tells only the commit of a real merge; with squash or fast-forward it is another. */
async function mergedAs(
  client: GitLabClient,
  iid: number,
  purpose: Purpose,
): Promise<string | null> {
  const call = await client.at({
    purpose,
    what: `merge request !${iid}`,
    path: `/merge_requests/${iid}`,
  });
  const found = await client.http.json(call, mergedSchema);
  return found.merge_commit_sha ?? found.squash_commit_sha ?? found.sha ?? null;
}

async function statuses(client: GitLabClient, entry: Entry, pipeline: string) {
  const sha = entry.core.headPipeline?.sha ?? entry.core.diffHeadSha ?? '';
  const call = await client.at({
    purpose: 'details',
    what: `checks of merge request !${entry.core.iid}`,
    path: `/repository/commits/${encodeURIComponent(sha)}/statuses`,
    query: { pipeline_id: pipeline, per_page: 100 },
  });
  return (await client.http.pages(call, statusSchema, MOST_PAGES)).items;
}

/** Of a pipeline with more jobs than one answer holds. */
async function everyStatus(
  client: GitLabClient,
  entry: Entry,
  pipeline: string,
): Promise<readonly Reported[]> {
  const all = await statuses(client, entry, pipeline);
  return all.map((one) => fromStatus(one, 'job'));
}

/** GraphQL's jobs leave out what outside services report: they are read where no job says why the pipeline failed. */
async function explained(
  client: GitLabClient,
  entry: Entry,
  list: readonly Reported[],
): Promise<readonly Reported[]> {
  const told = list.some((one) => one.status === 'failed' && !one.allowFailure);
  if (entry.core.headPipeline?.status !== 'FAILED' || told) return list;
  const names = new Set(list.map((one) => one.name));
  const others = (await statuses(client, entry, entry.core.headPipeline.id)).filter(
    (one) => !names.has(one.name),
  );
  return [...list, ...others.map((one) => fromStatus(one, 'outside'))];
}

const fromStatus = (one: z.output<typeof statusSchema>, kind: Reported['kind']): Reported => ({
  id: String(one.id),
  name: one.name,
  status: one.status,
  allowFailure: one.allow_failure === true,
  failure: null,
  url: one.target_url ?? null,
  kind,
  downstream: null,
});
