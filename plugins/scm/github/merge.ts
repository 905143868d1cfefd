import { rejected, transient } from '../../../src/slots/errors.ts';
import type { Logger } from '../../../src/slots/plugin.ts';
import type { MergeResult, ScmPlugin } from '../../../src/slots/scm.ts';
import type { GitHubClient } from '../../shared/github/client.ts';
import {
  isRequestError,
  messageOf,
  type RequestError,
  toPluginError,
} from '../../shared/github/failure.ts';
import { AUTO_MERGE, ENQUEUE } from './queries.ts';
import type { Core } from './schema.ts';

type Method = 'squash' | 'merge' | 'rebase';
type MergeInput = Parameters<ScmPlugin['merge']>[1];

export interface MergeParts {
  readonly client: GitHubClient;
  readonly logger: Logger;
  readonly nativeAutoMerge: boolean;
  /** Remembers for what GitHub's auto-merge was turned on: it would merge a later commit, or into another base, too. */
  readonly autoMerges: (number: number, sha: string, base: string) => void;
  readonly now: () => number;
}

const PREFERENCE: readonly Method[] = ['squash', 'merge', 'rebase'];

/** `pr` was read just now. Merges exactly `input.sha`, or says why not. */
export async function mergePullRequest(
  parts: MergeParts,
  pr: Core,
  input: MergeInput,
): Promise<MergeResult> {
  if (pr.state === 'MERGED') {
    if (pr.headRefOid === input.sha)
      return { type: 'merged', mergeSha: pr.mergeCommit?.oid ?? null };
    throw rejected(
      'AO_SCM_HEAD_MOVED',
      `#${pr.number} was merged with another commit than ${input.sha.slice(0, 7)}.`,
    );
  }
  if (pr.state === 'CLOSED')
    throw rejected('AO_SCM_CLOSED', `#${pr.number} is closed. Reopen it at GitHub to merge it.`);
  if (pr.headRefOid !== input.sha)
    throw rejected(
      'AO_SCM_HEAD_MOVED',
      `The head of #${pr.number} moved from ${input.sha.slice(0, 7)} to ${pr.headRefOid.slice(0, 7)}. Look at it again.`,
    );
  if (pr.baseRefName !== input.base)
    throw rejected(
      'AO_SCM_BASE_CHANGED',
      `This was for a merge of #${pr.number} into ${input.base}, but its base is ${pr.baseRefName} now. Look at it again.`,
    );
  if (pr.mergeable === 'CONFLICTING')
    throw rejected(
      'AO_SCM_CONFLICT',
      `#${pr.number} conflicts with ${pr.baseRefName}. Resolve the conflict first.`,
    );
  if (pr.isInMergeQueue) return { type: 'enqueued', mergeSha: null };
  if (pr.isMergeQueueEnabled) return enqueue(parts, pr, input.sha);
  const { method, note } = await methodFor(parts, pr, input.method);
  if (note !== null) parts.logger.info({ pr: pr.number }, note);
  // Asked first: a token that may pass over the rules would.
  if (parts.nativeAutoMerge && pr.mergeStateStatus === 'BLOCKED') {
    const waits = await autoMerge(parts, pr, input, method);
    if (waits !== null) return waits;
    throw rejected(
      'AO_SCM_RULES',
      `The branch rules of ${pr.baseRefName} hold #${pr.number} back, and GitHub does not take it for auto-merge. Allow auto-merge in the settings of the repository.`,
    );
  }
  try {
    return await put(parts, pr, input, method, note);
  } catch (error) {
    throw isRequestError(error)
      ? mergeFailure(error, pr, parts.now())
      : toPluginError(error, { what: `the merge of #${pr.number}`, now: parts.now() });
  }
}

async function put(
  parts: MergeParts,
  pr: Core,
  input: MergeInput,
  method: Method,
  note: string | null,
): Promise<MergeResult> {
  const text =
    method === 'squash'
      ? {
          commit_title: `${input.title} (#${pr.number})`,
          ...(input.body === '' ? {} : { commit_message: input.body }),
        }
      : {};
  const answer = await parts.client.raw('merge', `the merge of #${pr.number}`, (octokit, at) =>
    octokit.rest.pulls.merge({
      ...at,
      pull_number: pr.number,
      sha: input.sha,
      merge_method: method,
      ...text,
    }),
  );
  return { type: 'merged', mergeSha: answer.data.sha, ...(note === null ? {} : { note }) };
}

async function enqueue(parts: MergeParts, pr: Core, sha: string): Promise<MergeResult> {
  try {
    await parts.client.graphql('merge', `the merge queue for #${pr.number}`, ENQUEUE, {
      id: pr.id,
      sha,
    });
  } catch (error) {
    const failure = toPluginError(error, {
      what: `the merge queue for #${pr.number}`,
      now: parts.now(),
    });
    if (/head|oid|expected/i.test(failure.message) && failure.kind === 'rejected')
      throw rejected('AO_SCM_HEAD_MOVED', failure.message, { cause: error });
    throw failure;
  }
  return { type: 'enqueued', mergeSha: null };
}

/** GitHub merges by itself as soon as its rules allow. Null: it won't, because no rule is what holds the merge back. */
async function autoMerge(
  parts: MergeParts,
  pr: Core,
  input: MergeInput,
  method: Method,
): Promise<MergeResult | null> {
  parts.autoMerges(pr.number, input.sha, input.base);
  try {
    await parts.client.graphql('merge', `auto-merge of #${pr.number}`, AUTO_MERGE, {
      id: pr.id,
      sha: input.sha,
      how: method.toUpperCase(),
      headline: method === 'squash' ? `${input.title} (#${pr.number})` : null,
      body: null,
    });
  } catch (error) {
    const failure = toPluginError(error, { what: `auto-merge of #${pr.number}`, now: parts.now() });
    if (failure.kind === 'rejected') return null;
    throw failure;
  }
  return {
    type: 'enqueued',
    mergeSha: null,
    note: 'The rules of the branch still hold it back; GitHub merges it when they are met.',
  };
}

/** The wanted way if the repository and the branch rules allow it, else another one they do. */
async function methodFor(
  parts: MergeParts,
  pr: Core,
  wanted: Method,
): Promise<{ method: Method; note: string | null }> {
  const { methods } = await parts.client.repository();
  const byRules = await methodsOfRules(parts, pr.baseRefName);
  const allowed = PREFERENCE.filter(
    (method) => methods[method] && (byRules === null || byRules.has(method)),
  );
  if (allowed.includes(wanted)) return { method: wanted, note: null };
  const [method] = allowed;
  if (method === undefined)
    throw rejected(
      'AO_SCM_NO_METHOD',
      `The repository's settings and the rules of ${pr.baseRefName} together allow no way to merge. Allow one of them at GitHub.`,
    );
  return {
    method,
    note: `The repository does not allow "${wanted}"; merged by "${method}" instead. Set merge.method in ao.yaml to one of: ${allowed.join(', ')}.`,
  };
}

async function methodsOfRules(
  parts: MergeParts,
  base: string,
): Promise<ReadonlySet<string> | null> {
  const rules = await parts.client
    .rest<ReadonlyArray<{ type: string; parameters?: unknown }>>(
      'merge',
      `rules of ${base}`,
      (octokit, at) => octokit.rest.repos.getBranchRules({ ...at, branch: base, per_page: 100 }),
    )
    // Enterprise servers before 3.11 have no rulesets; a token may not be allowed to see them. The merge itself still obeys them.
    .catch(() => []);
  const lists = rules.flatMap((rule): ReadonlyArray<readonly string[]> => {
    if (rule.type === 'required_linear_history') return [['squash', 'rebase']];
    const named =
      rule.type === 'pull_request'
        ? (rule.parameters as { allowed_merge_methods?: unknown } | undefined)
            ?.allowed_merge_methods
        : undefined;
    return Array.isArray(named) ? [named.map(String)] : [];
  });
  return lists.length === 0
    ? null
    : new Set(PREFERENCE.filter((method) => lists.every((list) => list.includes(method))));
}

function mergeFailure(error: RequestError, pr: Core, now: number) {
  const said = messageOf(error);
  const cause = { cause: error };
  switch (error.status) {
    case 409:
      return rejected(
        'AO_SCM_HEAD_MOVED',
        `The head of #${pr.number} moved while it was merged: ${said}`,
        cause,
      );
    case 405:
      // GitHub says this while another merge into the base is under way.
      if (/base branch was modified/i.test(said))
        return transient(
          'AO_SCM_BASE_MOVED',
          `${pr.baseRefName} moved while #${pr.number} was merged; it is tried again.`,
          { ...cause, retryAfter: 2_000 },
        );
      if (/conflict/i.test(said))
        return rejected(
          'AO_SCM_CONFLICT',
          `#${pr.number} conflicts with ${pr.baseRefName}: ${said}`,
          cause,
        );
      if (/review|status check|check|rule|protected|signature|conversation|deployment/i.test(said))
        return rejected(
          'AO_SCM_RULES',
          `The branch rules of ${pr.baseRefName} refuse the merge of #${pr.number}: ${said}`,
          cause,
        );
      return rejected('AO_SCM_NOT_MERGEABLE', `GitHub can't merge #${pr.number}: ${said}`, cause);
    case 422:
      return rejected(
        'AO_SCM_MERGE_REFUSED',
        `GitHub refused the merge of #${pr.number}: ${said}`,
        cause,
      );
    default:
      return toPluginError(error, { what: `the merge of #${pr.number}`, now });
  }
}
