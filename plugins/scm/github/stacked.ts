import { PluginError, rejected } from '../../../src/slots/errors.ts';
import type { StackMove } from '../../../src/slots/scm.ts';
import type { GitHubClient } from '../../shared/github/client.ts';
import type { Core } from './schema.ts';

/** Open pull requests that go into the branch of `pr`: GitHub closes them when that branch is deleted by a call. */
async function stackedOn(client: GitHubClient, pr: Core): Promise<readonly number[]> {
  // A fork's branch is nobody's base here.
  if (pr.isCrossRepository) return [];
  const found = await client.rest('write', `pull requests into ${pr.headRefName}`, (octokit, at) =>
    octokit.rest.pulls.list({ ...at, state: 'open', base: pr.headRefName, per_page: 100 }),
  );
  return found.map(({ number }) => number).filter((number) => number !== pr.number);
}

/** Moves them to the base of `pr`, as GitHub does where its own page deletes the branch. */
export async function moveStacked(client: GitHubClient, pr: Core): Promise<StackMove> {
  const moved: number[] = [];
  const stay: Array<StackMove['stay'][number]> = [];
  for (const number of await stackedOn(client, pr)) {
    try {
      await client.rest('write', `the base of #${number}`, (octokit, at) =>
        octokit.rest.pulls.update({ ...at, pull_number: number, base: pr.baseRefName }),
      );
      moved.push(number);
    } catch (error) {
      if (!(error instanceof PluginError) || error.kind !== 'rejected') throw error;
      stay.push({ number, why: error.message });
    }
  }
  return { base: pr.baseRefName, moved, stay };
}

/** `rejected`, AO_SCM_BRANCH_IS_BASE, while others go into it. */
export async function refuseWhileBase(client: GitHubClient, pr: Core): Promise<void> {
  const stacked = await stackedOn(client, pr);
  if (stacked.length > 0) throw isBase(pr.headRefName, stacked);
}

const isBase = (branch: string, numbers: readonly number[]): PluginError =>
  rejected(
    'AO_SCM_BRANCH_IS_BASE',
    `${branch} is kept: ${numbers.map((number) => `#${number}`).join(', ')} would be closed with it. Give them another base first.`,
  );
