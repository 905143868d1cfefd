import { rejected } from '../../../src/slots/errors.ts';
import type { GitHubClient } from '../../shared/github/client.ts';
import { isRequestError, messageOf, statusOf, toPluginError } from '../../shared/github/failure.ts';
import { marked, marker } from '../../shared/github/marker.ts';
import { textOf } from '../../shared/github/text.ts';
import type { Heads } from './heads.ts';
import { MARK_READY, MINIMIZE, REPLY, RESOLVE } from './queries.ts';
import type { Reader } from './reader.ts';
import type { Core } from './schema.ts';
import { refuseWhileBase } from './stacked.ts';

/** What ao does to a pull request besides merging it. Each may be repeated. */
export interface Actions {
  comment(
    number: number,
    input: { readonly body: string; readonly key: string; readonly inReplyTo: string | null },
  ): Promise<void>;
  resolveThread(thread: string): Promise<void>;
  /** Marks a comment that has no thread as resolved. */
  minimize(comment: string): Promise<void>;
  close(number: number): Promise<void>;
  deleteBranch(pr: Core): Promise<void>;
  /** A draft that is none any more stays so. */
  markReady(pr: Core, sha: string): Promise<void>;
  /** Requests the reviews anew and says in a comment what changed since. */
  askAgain(
    number: number,
    input: { readonly reviewers: readonly string[]; readonly from: string; readonly sha: string },
  ): Promise<void>;
  rerun(pr: Core, sha: string): Promise<void>;
  updateBranch(pr: Core, sha: string): Promise<void>;
  diff(number: number): Promise<string>;
  /** From the base branch; null: there is none. */
  codeOwners(pr: Core): Promise<string | null>;
}

/** Where GitHub looks for it, in this order. */
const CODE_OWNERS = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'];
const FAILED: ReadonlySet<string> = new Set([
  'failure',
  'timed_out',
  'cancelled',
  'startup_failure',
]);

export function createActions(
  client: GitHubClient,
  reader: Reader,
  heads: Heads,
  now: () => number,
): Actions {
  const wrote = async (number: number, key: string): Promise<boolean> => {
    const [full] = await reader.full([number], 'write');
    const mark = marker(key);
    return (
      full !== undefined &&
      [
        ...full.comments.nodes,
        ...full.reviewThreads.nodes.flatMap((thread) => thread.comments),
      ].some((comment) => comment.body.includes(mark))
    );
  };

  /** Thread of a comment id, or the id itself when it is a thread's. */
  const threadOf = async (number: number, id: string): Promise<string | null> => {
    const [full] = await reader.full([number], 'write');
    return (
      full?.reviewThreads.nodes.find(
        (thread) => thread.id === id || thread.comments.some((comment) => comment.id === id),
      )?.id ?? null
    );
  };

  const say = async (number: number, body: string, key: string): Promise<void> => {
    await client.rest('write', `a comment on #${number}`, (octokit, at) =>
      octokit.rest.issues.createComment({ ...at, issue_number: number, body: marked(body, key) }),
    );
  };

  return {
    async markReady(pr, sha) {
      if (pr.headRefOid !== sha)
        throw rejected(
          'AO_SCM_HEAD_MOVED',
          `The head of #${pr.number} moved from ${sha.slice(0, 7)} to ${pr.headRefOid.slice(0, 7)}. Look at it again.`,
        );
      if (pr.isDraft)
        await client.graphql('write', `draft #${pr.number}`, MARK_READY, { id: pr.id });
    },
    async askAgain(number, { reviewers, from, sha }) {
      const key = `again-${number}-${sha}`;
      if (reviewers.length === 0 || (await wrote(number, key))) return;
      try {
        await client.raw('write', `reviews of #${number}`, (octokit, at) =>
          octokit.rest.pulls.requestReviewers({
            ...at,
            pull_number: number,
            reviewers: [...reviewers],
          }),
        );
      } catch (error) {
        // Who opened it, or has no access any more, can't be asked so; the comment reaches them.
        if (statusOf(error) !== 422)
          throw toPluginError(error, { what: `reviews of #${number}`, now: now() });
      }
      const [full] = await reader.full([number], 'write');
      const link = full === undefined ? '' : ` ([what changed](${full.url}/files/${from}..${sha}))`;
      const who = reviewers.map((login) => `@${login}`).join(', ');
      await say(
        number,
        `${who}: the changes you asked for are answered, ${from.slice(0, 7)} is ${sha.slice(0, 7)} now${link}. Please look again.`,
        key,
      );
    },
    async comment(number, { body, key, inReplyTo }) {
      if (await wrote(number, key)) return;
      const thread = inReplyTo === null ? null : await threadOf(number, inReplyTo);
      if (thread !== null)
        await client.graphql('write', `a reply on #${number}`, REPLY, {
          thread,
          body: marked(body, key),
        });
      else await say(number, body, key);
    },
    async resolveThread(thread) {
      await client.graphql('write', 'a review thread', RESOLVE, { thread });
    },
    async minimize(comment) {
      await client.graphql('write', 'a comment', MINIMIZE, { id: comment });
    },
    async close(number) {
      await client.rest('write', `pull request #${number}`, (octokit, at) =>
        octokit.rest.pulls.update({ ...at, pull_number: number, state: 'closed' }),
      );
    },
    async codeOwners(pr) {
      for (const path of CODE_OWNERS) {
        try {
          return await client.raw('merge', path, async (octokit, at) => {
            const { data } = await octokit.rest.repos.getContent({
              ...at,
              path,
              ref: pr.baseRefName,
              mediaType: { format: 'raw' },
            });
            return textOf(data);
          });
        } catch (error) {
          if (statusOf(error) !== 404) throw toPluginError(error, { what: path, now: now() });
        }
      }
      return null;
    },
    async deleteBranch(pr) {
      if (!heads.isOurs(pr))
        throw rejected(
          'AO_SCM_FOREIGN',
          `The branch of #${pr.number} sits in somebody else's repository; ao does not delete it.`,
        );
      await refuseWhileBase(client, pr);
      const fork = pr.isCrossRepository ? heads.fork() : null;
      try {
        await client.raw('write', `branch ${pr.headRefName}`, (octokit, at) =>
          octokit.rest.git.deleteRef({ ...at, ...fork, ref: `heads/${pr.headRefName}` }),
        );
      } catch (error) {
        // Gone already, by GitHub itself or by a person.
        if (
          statusOf(error) === 404 ||
          (isRequestError(error) &&
            error.status === 422 &&
            /does not exist/i.test(messageOf(error)))
        )
          return;
        throw toPluginError(error, { what: `branch ${pr.headRefName}`, now: now() });
      }
    },
    async rerun(pr, sha) {
      if (pr.headRefOid !== sha)
        throw rejected(
          'AO_SCM_HEAD_MOVED',
          `The head of #${pr.number} moved; checks of ${sha.slice(0, 7)} are not run again.`,
        );
      const { nodes } = await reader.contexts(pr.number, 'write');
      const failed = nodes
        .filter((node) => node.__typename === 'CheckRun')
        .filter((run) => FAILED.has((run.conclusion ?? '').toLowerCase()));
      const workflows = new Set(
        failed.flatMap((run) => run.checkSuite.workflowRun?.databaseId ?? []),
      );
      const others = failed
        .filter((run) => run.checkSuite.workflowRun === null)
        .flatMap((run) => run.databaseId ?? []);
      if (workflows.size + others.length === 0)
        throw rejected(
          'AO_SCM_NOTHING_TO_RERUN',
          `No failed check of #${pr.number} can be run again from here. Run it where it lives.`,
        );
      for (const run_id of workflows)
        await client.rest('write', `failed jobs of run ${run_id}`, (octokit, at) =>
          octokit.rest.actions.reRunWorkflowFailedJobs({ ...at, run_id }),
        );
      for (const check_run_id of others)
        await client.rest('write', `check ${check_run_id}`, (octokit, at) =>
          octokit.rest.checks.rerequestRun({ ...at, check_run_id }),
        );
    },
    async updateBranch(pr, sha) {
      try {
        await client.raw('write', `the branch of #${pr.number}`, (octokit, at) =>
          octokit.rest.pulls.updateBranch({
            ...at,
            pull_number: pr.number,
            expected_head_sha: sha,
          }),
        );
      } catch (error) {
        if (!isRequestError(error) || error.status !== 422)
          throw toPluginError(error, { what: `the branch of #${pr.number}`, now: now() });
        const said = messageOf(error);
        if (/no new commits|up.to.date/i.test(said)) return;
        if (/expected head|head sha/i.test(said))
          throw rejected('AO_SCM_HEAD_MOVED', `The head of #${pr.number} moved: ${said}`, {
            cause: error,
          });
        if (/conflict/i.test(said))
          throw rejected(
            'AO_SCM_CONFLICT',
            `${pr.baseRefName} can't be merged into #${pr.number}: ${said}`,
            { cause: error },
          );
        throw rejected(
          'AO_SCM_UPDATE_REFUSED',
          `GitHub refused to update the branch of #${pr.number}: ${said}`,
          { cause: error },
        );
      }
    },
    diff: async (number) => {
      const data = await client.rest<unknown>('read', `the diff of #${number}`, (octokit, at) =>
        octokit.rest.pulls.get({ ...at, pull_number: number, mediaType: { format: 'diff' } }),
      );
      return textOf(data);
    },
  };
}
