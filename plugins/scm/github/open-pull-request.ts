import { PluginError, rejected } from '../../../src/slots/errors.ts';
import type { ScmPlugin } from '../../../src/slots/scm.ts';
import type { GitHubClient } from '../../shared/github/client.ts';
import { fitBody, fitTitle } from '../../shared/github/fit.ts';
import type { Heads } from './heads.ts';
import { numberOfKey } from './key.ts';
import type { Reader } from './reader.ts';
import type { Core } from './schema.ts';

type CreateInput = Parameters<ScmPlugin['create']>[0];

/** Number of the branch's pull request: the open one, with the new text, or a new one. */
export async function openPullRequest(
  client: GitHubClient,
  reader: Reader,
  heads: Heads,
  input: CreateInput,
): Promise<number> {
  await heads.refresh();
  const existing = await openOne(reader, heads, input.branch);
  if (existing !== null) return changeText(client, requireOwn(existing, input), input);
  const remote = await heads.pushedAt(input.branch);
  if (remote !== null) requireHead(remote, input);
  const { branch, base, draft } = input;
  const { title, body } = fitted(input);
  const fork = heads.fork();
  // Two repositories of one organization are told apart by the second.
  const head =
    fork === null ? { head: branch } : { head: `${fork.owner}:${branch}`, head_repo: fork.repo };
  try {
    const made = await client.rest('write', `a pull request of ${branch}`, (octokit, at) =>
      octokit.rest.pulls.create({ ...at, ...head, base, title, body, draft }),
    );
    return made.number;
  } catch (error) {
    if (!(error instanceof PluginError) || error.kind !== 'rejected') throw error;
    // Somebody else, or an earlier try whose answer was lost, opened it in this moment.
    const made = /already exists/i.test(error.message)
      ? await openOne(reader, heads, branch)
      : null;
    if (made !== null) return changeText(client, requireOwn(made, input), input);
    throw rejected(
      'AO_SCM_CANT_OPEN',
      `GitHub opened no pull request from ${head.head} into ${base}: ${error.message} Push commits to the branch first.`,
      {
        cause: error,
      },
    );
  }
}

const fitted = ({ title, body }: CreateInput): Pick<CreateInput, 'title' | 'body'> => ({
  title: fitTitle(title),
  body: fitBody(body),
});

const openOne = async (reader: Reader, heads: Heads, branch: string): Promise<Core | null> =>
  (await reader.byBranch([branch])).find((pr) => pr.state === 'OPEN' && heads.isOurs(pr)) ?? null;

/** Of an earlier run of the same name, or of somebody else: never taken over, its words never overwritten. */
function requireOwn(pr: Core, input: CreateInput): Core {
  const { own } = input;
  const known = own?.prs.some((key) => numberOfKey(key) === pr.number) === true;
  // GitHub tells seconds.
  if (own !== undefined && !known && pr.createdAt < Math.floor(own.since / 1_000) * 1_000)
    throw rejected(
      'AO_SCM_FOREIGN_PR',
      `#${pr.number} of ${input.branch} is open already: @${pr.author?.login ?? 'somebody'} opened it on ${new Date(pr.createdAt).toISOString().slice(0, 10)}, before this session began. It was left as it is. Push your work under another name (git push origin HEAD:${input.branch}-2) and open the pull request from there (gh pr create --head ${input.branch}-2), or let somebody take that one over: /ao adopt ${pr.number}`,
    );
  requireHead(pr.headRefOid, input);
  return pr;
}

function requireHead(remote: string, { branch, head }: CreateInput): void {
  if (typeof head !== 'string' || head === remote) return;
  throw rejected(
    'AO_SCM_OTHER_HEAD',
    `${branch} is at ${remote.slice(0, 7)} at GitHub, but this worktree is at ${head.slice(0, 7)}. Push first: git push origin HEAD:${branch}. If that is rejected, the branch there has commits of somebody else: push under another name (git push origin HEAD:${branch}-2) and open the pull request from there (gh pr create --head ${branch}-2).`,
  );
}

async function changeText(
  client: GitHubClient,
  { number, baseRefName }: Core,
  input: CreateInput,
): Promise<number> {
  const { base, mayMove } = input;
  const { title, body } = fitted(input);
  if (baseRefName !== base && mayMove !== true)
    throw rejected(
      'AO_SCM_BASE_FIXED',
      `#${number} goes into ${baseRefName}, and an agent can't change that: people look at it for that branch. A person can, at GitHub.`,
    );
  await client.rest('write', `pull request #${number}`, (octokit, at) =>
    octokit.rest.pulls.update({ ...at, pull_number: number, title, body, base }),
  );
  return number;
}
