import type { RepositoryGit as Git } from '../../../src/git/repository-git.ts';
import { rejected } from '../../../src/slots/errors.ts';
import type { StackMove } from '../../../src/slots/scm.ts';
import { checkouts } from './move-branch.ts';
import type { PullRequests } from './pull-requests.ts';
import type { LocalRecords, PullRequestRecord } from './record.ts';

/** Deletes the branch of a pull request that is over. What is in no pull request stays, and so does the base of others. */
export async function deleteBranch(
  git: Git,
  prs: PullRequests,
  records: LocalRecords,
  record: PullRequestRecord,
): Promise<void> {
  const head = await prs.head(record.branch);
  if (head === null) return;
  const stacked = stackedOn(records, record);
  if (stacked.length > 0)
    throw rejected(
      'AO_SCM_BRANCH_IS_BASE',
      `${record.branch} is kept: ${stacked.map(({ number }) => `#${number}`).join(', ')} could not be merged without it. Give them another base first.`,
    );
  const holder = (await checkouts(git)).find((tree) => tree.branch === record.branch);
  if (holder !== undefined)
    throw rejected(
      'AO_SCM_BRANCH_IN_USE',
      `${record.branch} is checked out in ${holder.path}. Remove that worktree first; then the branch can be deleted.`,
    );
  const settled = record.mergedSha ?? record.headSha;
  if (head !== settled)
    throw rejected(
      'AO_SCM_BRANCH_MOVED',
      `${record.branch} has commits after ${settled.slice(0, 7)} that are in no pull request. It is kept; delete it yourself with: git branch -D ${record.branch}`,
    );
  await git.text(['branch', '-D', '--', record.branch]);
}

/** Moves the open pull requests that go into the branch of `record` to its own base. */
export async function moveStacked(
  prs: PullRequests,
  records: LocalRecords,
  record: PullRequestRecord,
): Promise<StackMove> {
  const { base } = record;
  const stacked = stackedOn(records, record);
  if (stacked.length === 0) return { base, moved: [], stay: [] };
  const isThere = (await prs.head(base)) !== null;
  const mayMove = (other: PullRequestRecord): boolean => isThere && other.branch !== base;
  for (const other of stacked.filter(mayMove)) prs.update(rebased(other, base));
  return {
    base,
    moved: stacked.filter(mayMove).map(({ number }) => number),
    stay: stacked
      .filter((other) => !mayMove(other))
      .map(({ number, branch }) => ({
        number,
        why: branch === base ? `it comes from ${base}.` : `the branch ${base} does not exist.`,
      })),
  };
}

/** Reviews that don't name their base were given for the one it had. */
export function rebased(record: PullRequestRecord, base: string): PullRequestRecord {
  const reviews = record.reviews.map((review) => ({ ...review, base: review.base ?? record.base }));
  return { ...record, base, reviews };
}

const stackedOn = (
  records: LocalRecords,
  { number, branch }: PullRequestRecord,
): readonly PullRequestRecord[] =>
  records
    .all()
    .filter((other) => other.number !== number && other.state === 'open' && other.base === branch);
