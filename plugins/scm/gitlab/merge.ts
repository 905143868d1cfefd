import { type PluginError, rejected, transient } from '../../../src/slots/errors.ts';
import type { MergeResult, ScmPlugin } from '../../../src/slots/scm.ts';
import { saidBy, statusOf } from '../../shared/forge-http/failure.ts';
import type { GitLabClient, ProjectAtGitLab } from '../../shared/gitlab/client.ts';
import { gatesOf } from './mergeability.ts';
import type { Entry } from './pr-fact.ts';
import { type Core, mergedSchema } from './schema.ts';

type MergeInput = Parameters<ScmPlugin['merge']>[1];

/** GitLab decides anew after each push; until it has, a merge is refused. ms */
const SOON = 2_000;

/** `entry` was read just now. Merges exactly `input.sha`, or says why not. `again`: reads it once more. */
export async function mergeMergeRequest(
  client: GitLabClient,
  entry: Entry,
  input: MergeInput,
  again: () => Promise<Core>,
): Promise<MergeResult> {
  const { core } = entry;
  const name = `!${core.iid}`;
  if (core.state === 'merged') return mergedAlready(entry, input);
  refuseOther(core, input);
  const gates = gatesOf(core);
  if (gates.mergeability === 'conflicting')
    throw rejected(
      'AO_SCM_CONFLICT',
      `${name} conflicts with ${core.targetBranch}. Resolve the conflict first.`,
    );
  if (gates.mergeability === 'queued') return { type: 'enqueued', mergeSha: null };
  const project = await client.project();
  if (project.mergeTrains) return intoTrain(client, core, input);
  const { squash, note } = methodFor(project, input.method);
  try {
    return await put(client, core, { input, squash, note });
  } catch (error) {
    throw await mergeFailure(error, core, again);
  }
}

function mergedAlready({ core, mergedAs }: Entry, input: MergeInput): MergeResult {
  if (core.diffHeadSha === input.sha)
    return { type: 'merged', mergeSha: mergedAs ?? core.mergeCommitSha ?? null };
  throw rejected(
    'AO_SCM_HEAD_MOVED',
    `!${core.iid} was merged with another commit than ${input.sha.slice(0, 7)}.`,
  );
}

function refuseOther(core: Core, input: MergeInput): void {
  const name = `!${core.iid}`;
  if (core.state === 'closed')
    throw rejected('AO_SCM_CLOSED', `${name} is closed. Reopen it at GitLab to merge it.`);
  if (core.state === 'locked')
    throw transient('AO_SCM_MERGING', `GitLab is merging ${name} already; ao looks again.`, {
      retryAfter: SOON,
    });
  if (core.draft) throw rejected('AO_SCM_DRAFT', `${name} is a draft. Mark it as ready first.`);
  if (core.diffHeadSha !== input.sha)
    throw rejected(
      'AO_SCM_HEAD_MOVED',
      `The head of ${name} moved from ${input.sha.slice(0, 7)} to ${core.diffHeadSha?.slice(0, 7) ?? 'another commit'}. Look at it again.`,
    );
  if (core.targetBranch !== input.base)
    throw rejected(
      'AO_SCM_BASE_CHANGED',
      `This was for a merge of ${name} into ${input.base}, but its base is ${core.targetBranch} now. Look at it again.`,
    );
}

/** How to merge is the project's setting; only whether commits are squashed is the caller's, where it is left open. */
function methodFor(
  { mergeMethod, squash }: ProjectAtGitLab,
  wanted: MergeInput['method'],
): { readonly squash: boolean; readonly note: string | null } {
  const does = squash === 'always' || (squash !== 'never' && wanted === 'squash');
  const way = mergeMethod === 'ff' ? 'by fast-forward' : 'with a merge commit';
  const done = does ? `squashed ${way}` : way;
  const asWanted =
    wanted === 'squash' ? does : !does && (wanted === 'rebase') === (mergeMethod === 'ff');
  return {
    squash: does,
    note: asWanted
      ? null
      : `The project's settings at GitLab don't allow "${wanted}"; merged ${done} instead.`,
  };
}

async function put(
  client: GitLabClient,
  core: Core,
  how: { readonly input: MergeInput; readonly squash: boolean; readonly note: string | null },
): Promise<MergeResult> {
  const { input, squash, note } = how;
  const message = [`${input.title} (!${core.iid})`, input.body]
    .filter((part) => part !== '')
    .join('\n\n');
  const call = await client.at({
    purpose: 'merge',
    what: `the merge of !${core.iid}`,
    method: 'PUT',
    path: `/merge_requests/${core.iid}/merge`,
    body: { sha: input.sha, squash, ...(squash ? { squash_commit_message: message } : {}) },
  });
  const done = await client.http.json(call, mergedSchema);
  if (done.state !== 'merged') throw notMerged(core, done.merge_error ?? null);
  const moved =
    done.target_branch != null && done.target_branch !== input.base
      ? `Its base was changed to ${done.target_branch} in this moment: it was merged there, not into ${input.base}.`
      : null;
  const told = [note, moved].filter((one) => one !== null).join(' ');
  const mergeSha = done.merge_commit_sha ?? done.squash_commit_sha ?? done.sha ?? null;
  return { type: 'merged', mergeSha, ...(told === '' ? {} : { note: told }) };
}

const notMerged = (core: Core, error: string | null): PluginError =>
  error === null
    ? transient(
        'AO_SCM_MERGING',
        `GitLab has taken the merge of !${core.iid} and not finished it; ao looks again.`,
        {
          retryAfter: SOON,
        },
      )
    : rejected('AO_SCM_NOT_MERGEABLE', `GitLab can't merge !${core.iid}: ${error}`);

/** A merge besides the train would pass it by. */
async function intoTrain(
  client: GitLabClient,
  core: Core,
  input: MergeInput,
): Promise<MergeResult> {
  const call = await client.at({
    purpose: 'merge',
    what: `the merge train for !${core.iid}`,
    method: 'POST',
    path: `/merge_trains/merge_requests/${core.iid}`,
    body: { sha: input.sha, squash: input.method === 'squash' },
  });
  try {
    await client.http.send(call);
  } catch (error) {
    if (statusOf(error) === 409)
      throw rejected('AO_SCM_HEAD_MOVED', `The head of !${core.iid} moved: ${saidBy(error)}`, {
        cause: error,
      });
    throw error;
  }
  return { type: 'enqueued', mergeSha: null };
}

/** GitLab says little with its refusal: what the merge request is now tells why. */
async function mergeFailure(
  error: unknown,
  core: Core,
  again: () => Promise<Core>,
): Promise<unknown> {
  const name = `!${core.iid}`;
  const said = saidBy(error);
  const cause = { cause: error };
  switch (statusOf(error)) {
    case 409:
      return rejected(
        'AO_SCM_HEAD_MOVED',
        `The head of ${name} moved while it was merged: ${said}`,
        cause,
      );
    case 401:
    case 403:
      return rejected(
        'AO_SCM_RULES',
        `GitLab does not let ao merge ${name} into ${core.targetBranch}: ${said}. Give the token's user the right to merge into that branch.`,
        cause,
      );
    case 405:
    case 406:
    case 422:
      return refusedNow(await again(), said, error);
    default:
      return error;
  }
}

function refusedNow(core: Core, said: string, cause: unknown): PluginError {
  const name = `!${core.iid}`;
  const gates = gatesOf(core);
  switch (gates.mergeability) {
    case 'conflicting':
      return rejected('AO_SCM_CONFLICT', `${name} conflicts with ${core.targetBranch}: ${said}`, {
        cause,
      });
    // Right after a push, and while approvals are counted, this is timing.
    case 'unknown':
    case 'clean':
      return transient(
        'AO_SCM_NOT_YET',
        `GitLab can't merge ${name} yet (${said}); it is tried again.`,
        {
          cause,
          retryAfter: SOON,
        },
      );
    case 'behind':
      return rejected(
        'AO_SCM_BEHIND',
        `${name} is behind ${core.targetBranch}, and the project merges only what is current. Update the branch first.`,
        { cause },
      );
    case 'blocked':
    case 'unstable':
    case 'queued': {
      const why =
        gates.blockers.join(' ') ||
        `its state is ${core.detailedMergeStatus?.toLowerCase() ?? 'not told'}.`;
      return rejected('AO_SCM_RULES', `GitLab refuses the merge of ${name}: ${why}`, { cause });
    }
  }
}
