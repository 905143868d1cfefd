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

interface ActionsState {
  readonly reader: Reader;
  readonly client: GitHubClient;
  readonly now: () => number;
  readonly heads: Heads;
}

export function createActions(
  client: GitHubClient,
  reader: Reader,
  heads: Heads,
  now: () => number,
): Actions {
  const actions: ActionsState = {
    reader,
    client,
    now,
    heads,
  };
  return {
    markReady: (pr, sha) => markReady(actions, pr, sha),
    askAgain: (number, input) => askAgain(actions, number, input),
    comment: (number, input) => comment(actions, number, input),
    async resolveThread(thread) {
      await client.graphql('write', 'a review thread', RESOLVE, { thread });
    },
    async minimize(comment) {
      await client.graphql('write', 'a comment', MINIMIZE, { id: comment });
    },
    close: (number) => close(actions, number),
    codeOwners: (pr) => codeOwners(actions, pr),
    deleteBranch: (pr) => deleteBranch(actions, pr),
    rerun: (pr, sha) => rerun(actions, pr, sha),
    updateBranch: (pr, sha) => updateBranch(actions, pr, sha),
    diff: (number) => diff(actions, number),
  };
}

async function wrote(actions: ActionsState, number: number, key: string): Promise<boolean> {
  const [full] = await actions.reader.full([number], 'write');
  const mark = marker(key);
  return (
    full !== undefined &&
    [...full.comments.nodes, ...full.reviewThreads.nodes.flatMap((thread) => thread.comments)].some(
      (comment) => comment.body.includes(mark),
    )
  );
}

/** Thread of a comment id, or the id itself when it is a thread's. */
async function threadOf(actions: ActionsState, number: number, id: string): Promise<string | null> {
  const [full] = await actions.reader.full([number], 'write');
  return (
    full?.reviewThreads.nodes.find(
      (thread) => thread.id === id || thread.comments.some((comment) => comment.id === id),
    )?.id ?? null
  );
}

async function say(
  actions: ActionsState,
  number: number,
  body: string,
  key: string,
): Promise<void> {
  await actions.client.rest('write', `a comment on #${number}`, (octokit, at) =>
    octokit.rest.issues.createComment({ ...at, issue_number: number, body: marked(body, key) }),
  );
}

async function markReady(actions: ActionsState, pr: Core, sha: string): Promise<void> {
  if (pr.headRefOid !== sha)
    throw rejected(
      'AO_SCM_HEAD_MOVED',
      `The head of #${pr.number} moved from ${sha.slice(0, 7)} to ${pr.headRefOid.slice(0, 7)}. Look at it again.`,
    );
  if (pr.isDraft)
    await actions.client.graphql('write', `draft #${pr.number}`, MARK_READY, { id: pr.id });
}

async function askAgain(
  actions: ActionsState,
  number: number,
  { reviewers, from, sha }: Parameters<Actions['askAgain']>[1],
): Promise<void> {
  const key = `again-${number}-${sha}`;
  if (reviewers.length === 0 || (await wrote(actions, number, key))) return;
  try {
    await actions.client.raw('write', `reviews of #${number}`, (octokit, at) =>
      octokit.rest.pulls.requestReviewers({
        ...at,
        pull_number: number,
        reviewers: [...reviewers],
      }),
    );
  } catch (error) {
    // Who opened it, or has no access any more, can't be asked so; the comment reaches them.
    if (statusOf(error) !== 422)
      throw toPluginError(error, { what: `reviews of #${number}`, now: actions.now() });
  }
  const [full] = await actions.reader.full([number], 'write');
  const link = full === undefined ? '' : ` ([what changed](${full.url}/files/${from}..${sha}))`;
  const who = reviewers.map((login) => `@${login}`).join(', ');
  await say(
    actions,
    number,
    `${who}: the changes you asked for are answered, ${from.slice(0, 7)} is ${sha.slice(0, 7)} now${link}. Please look again.`,
    key,
  );
}

async function comment(
  actions: ActionsState,
  number: number,
  { body, key, inReplyTo }: Parameters<Actions['comment']>[1],
): Promise<void> {
  if (await wrote(actions, number, key)) return;
  const thread = inReplyTo === null ? null : await threadOf(actions, number, inReplyTo);
  if (thread !== null)
    await actions.client.graphql('write', `a reply on #${number}`, REPLY, {
      thread,
      body: marked(body, key),
    });
  else await say(actions, number, body, key);
}

async function close(actions: ActionsState, number: number): Promise<void> {
  await actions.client.rest('write', `pull request #${number}`, (octokit, at) =>
    octokit.rest.pulls.update({ ...at, pull_number: number, state: 'closed' }),
  );
}

async function codeOwners(actions: ActionsState, pr: Core): Promise<string | null> {
  for (const path of CODE_OWNERS) {
    try {
      return await actions.client.raw('merge', path, async (octokit, at) => {
        const { data } = await octokit.rest.repos.getContent({
          ...at,
          path,
          ref: pr.baseRefName,
          mediaType: { format: 'raw' },
        });
        return textOf(data);
      });
    } catch (error) {
      if (statusOf(error) !== 404) throw toPluginError(error, { what: path, now: actions.now() });
    }
  }
  return null;
}

async function deleteBranch(actions: ActionsState, pr: Core): Promise<void> {
  if (!actions.heads.isOurs(pr))
    throw rejected(
      'AO_SCM_FOREIGN',
      `The branch of #${pr.number} sits in somebody else's repository; ao does not delete it.`,
    );
  await refuseWhileBase(actions.client, pr);
  const fork = pr.isCrossRepository ? actions.heads.fork() : null;
  try {
    await actions.client.raw('write', `branch ${pr.headRefName}`, (octokit, at) =>
      octokit.rest.git.deleteRef({ ...at, ...fork, ref: `heads/${pr.headRefName}` }),
    );
  } catch (error) {
    // Gone already, by GitHub itself or by a person.
    if (
      statusOf(error) === 404 ||
      (isRequestError(error) && error.status === 422 && /does not exist/i.test(messageOf(error)))
    )
      return;
    throw toPluginError(error, { what: `branch ${pr.headRefName}`, now: actions.now() });
  }
}

async function rerun(actions: ActionsState, pr: Core, sha: string): Promise<void> {
  if (pr.headRefOid !== sha)
    throw rejected(
      'AO_SCM_HEAD_MOVED',
      `The head of #${pr.number} moved; checks of ${sha.slice(0, 7)} are not run again.`,
    );
  const { nodes } = await actions.reader.contexts(pr.number, 'write');
  const failed = nodes
    .filter((node) => node.__typename === 'CheckRun')
    .filter((run) => FAILED.has((run.conclusion ?? '').toLowerCase()));
  const workflows = new Set(failed.flatMap((run) => run.checkSuite.workflowRun?.databaseId ?? []));
  const others = failed
    .filter((run) => run.checkSuite.workflowRun === null)
    .flatMap((run) => run.databaseId ?? []);
  if (workflows.size + others.length === 0)
    throw rejected(
      'AO_SCM_NOTHING_TO_RERUN',
      `No failed check of #${pr.number} can be run again from here. Run it where it lives.`,
    );
  for (const run_id of workflows)
    await actions.client.rest('write', `failed jobs of run ${run_id}`, (octokit, at) =>
      octokit.rest.actions.reRunWorkflowFailedJobs({ ...at, run_id }),
    );
  for (const check_run_id of others)
    await actions.client.rest('write', `check ${check_run_id}`, (octokit, at) =>
      octokit.rest.checks.rerequestRun({ ...at, check_run_id }),
    );
}

async function updateBranch(actions: ActionsState, pr: Core, sha: string): Promise<void> {
  try {
    await actions.client.raw('write', `the branch of #${pr.number}`, (octokit, at) =>
      octokit.rest.pulls.updateBranch({
        ...at,
        pull_number: pr.number,
        expected_head_sha: sha,
      }),
    );
  } catch (error) {
    if (!isRequestError(error) || error.status !== 422)
      throw toPluginError(error, { what: `the branch of #${pr.number}`, now: actions.now() });
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
}

async function diff(actions: ActionsState, number: number): Promise<string> {
  const data = await actions.client.rest<unknown>('read', `the diff of #${number}`, (octokit, at) =>
    octokit.rest.pulls.get({ ...at, pull_number: number, mediaType: { format: 'diff' } }),
  );
  return textOf(data);
}
