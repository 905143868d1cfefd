import { PluginError, rejected } from '../../../src/slots/errors.ts';
import type { ScmPlugin } from '../../../src/slots/scm.ts';
import type { GitHubClient } from '../../shared/github/client.ts';
import type { Reader } from './reader.ts';

type CreateInput = Parameters<ScmPlugin['create']>[0];

/** Number of the branch's pull request: the open one, with the new text, or a new one. */
export async function openPullRequest(client: GitHubClient, reader: Reader, input: CreateInput): Promise<number> {
  const existing = await openOne(reader, input.branch);
  if (existing !== null) return changeText(client, existing, input);
  const { branch: head, base, title, body, draft } = input;
  try {
    const made = await client.rest('write', `a pull request of ${head}`, (octokit, at) => octokit.rest.pulls.create({ ...at, head, base, title, body, draft }));
    return made.number;
  } catch (error) {
    if (!(error instanceof PluginError) || error.kind !== 'rejected') throw error;
    // Somebody else, or an earlier try whose answer was lost, opened it in this moment.
    const made = /already exists/i.test(error.message) ? await openOne(reader, head) : null;
    if (made !== null) return changeText(client, made, input);
    throw rejected('AO_SCM_CANT_OPEN', `GitHub opened no pull request from ${head} into ${base}: ${error.message} Push commits to the branch first.`, {
      cause: error,
    });
  }
}

async function openOne(reader: Reader, branch: string): Promise<number | null> {
  const found = (await reader.byBranch([branch])).find((pr) => pr.state === 'OPEN' && !pr.isCrossRepository);
  return found?.number ?? null;
}

async function changeText(client: GitHubClient, number: number, { title, body, base }: CreateInput): Promise<number> {
  await client.rest('write', `pull request #${number}`, (octokit, at) => octokit.rest.pulls.update({ ...at, pull_number: number, title, body, base }));
  return number;
}
