import { fields, type RepositoryGit } from '../../../src/git/repository-git.ts';
import { verifyObjects } from '../../../src/git/verify-objects.ts';
import { rejected } from '../../../src/slots/errors.ts';
import type { PullRequestChanges } from '../../../src/slots/scm.ts';
import type { PullRequests } from './pull-requests.ts';
import type { PullRequestRecord } from './record.ts';

/** What the pull request changes with the head `sha`; `rejected`, AO_SCM_HEAD_MOVED, when its head is another. */
export async function changesOf(
  git: RepositoryGit,
  prs: PullRequests,
  { number, state, base, branch, headSha, mergedSha, comparison }: PullRequestRecord,
  sha: string,
): Promise<PullRequestChanges> {
  const head = mergedSha ?? headSha;
  if (head !== sha)
    throw rejected(
      'AO_SCM_HEAD_MOVED',
      `This was for ${sha.slice(0, 7)}, but the head of #${number} is ${head.slice(0, 7)}. Look at the new state first, then try again.`,
    );
  // After a merge the base holds the head's work; the commits compared last tell what it was.
  const baseSha = state === 'open' ? await prs.head(base) : (comparison?.baseSha ?? null);
  if (baseSha === null)
    throw rejected(
      'AO_SCM_NO_BASE',
      `${branch} can't be compared: its base ${base} does not exist.`,
    );
  await verifyObjects(git, { base: baseSha, head: sha, temp: prs.temp() });
  const from = await git.text(['merge-base', baseSha, sha]);
  const [patch, names] = await Promise.all([
    git.text(['diff', '--no-color', from, sha]),
    git.text(['diff-tree', '-r', '-z', '--name-only', '--no-renames', from, sha]),
  ]);
  return { patch: `${patch}\n`, files: fields(names) };
}
