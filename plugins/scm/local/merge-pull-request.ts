import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RepositoryGit as Git } from '../../../src/git/repository-git.ts';
import { unpushedPointers } from '../../../src/git/submodules/pushed.ts';
import { verifyObjects } from '../../../src/git/verify-objects.ts';
import { openBranchRefs } from '../../../src/lib/branch-refs.ts';
import { rejected } from '../../../src/slots/errors.ts';
import type { MergeResult, ScmPlugin } from '../../../src/slots/scm.ts';
import { mergedAs } from './base-moves.ts';
import { isAncestor } from './compare.ts';
import { conflict, makeMergeCommit, mergeMessage } from './merge.ts';
import { moveBranch } from './move-branch.ts';
import { type PullRequests, requireBase } from './pull-requests.ts';
import type { PullRequestRecord } from './record.ts';

type MergeInput = Parameters<ScmPlugin['merge']>[1];

/** A real git merge into the base branch. The intent is noted first, so a merge that was cut off is recognised, not repeated. */
export async function mergePullRequest(
  git: Git,
  prs: PullRequests,
  key: string,
  input: MergeInput,
): Promise<MergeResult> {
  await prs.sync(prs.get(key));
  const record = prs.get(key);
  if (record.state === 'merged') return mergedBefore(record, input.sha);
  if (record.state === 'closed')
    throw rejected(
      'AO_SCM_CLOSED',
      `Pull request #${record.number} is closed. Open it again with ao pr create, then merge.`,
    );
  await prs.requireHead(record, input.sha);
  requireBase(record, input.base);
  const base = await prs.head(record.base);
  if (base === null)
    throw rejected(
      'AO_SCM_NO_BASE',
      `The base branch ${record.base} does not exist. Open the pull request again with another base: ao pr create --base <branch>`,
    );
  const cutOff = record.intent;
  if (cutOff !== null && cutOff.sha === input.sha && (await isAncestor(git, cutOff.mergeSha, base)))
    return noteMerged(prs, key, cutOff);

  const mergeSha = await mergeCommit(git, prs, record, base, input);
  const intent = { sha: input.sha, mergeSha, method: input.method, by: input.by.name, onto: base };
  prs.update({ ...prs.get(key), intent });
  // Making the commit took a while: this is the last look at the head.
  await prs.requireHead(record, input.sha);
  requireBase(prs.get(key), input.base);
  await moveBranch(git, {
    branch: record.base,
    from: base,
    to: mergeSha,
    reason: `ao: merge #${record.number} (${input.method})`,
  });
  return noteMerged(prs, key, intent);
}

async function mergeCommit(
  git: Git,
  prs: PullRequests,
  record: PullRequestRecord,
  base: string,
  input: MergeInput,
): Promise<string> {
  const known = record.comparison;
  if (known?.baseSha === base && known.headSha === input.sha && known.conflicts.length > 0) {
    throw conflict({ branch: record.branch, baseBranch: record.base }, known.conflicts);
  }
  // A commit with nothing in it would still call it merged.
  if (await isAncestor(git, input.sha, base)) throw nothingToMerge(record);
  await verifyObjects(git, { base, head: input.sha, temp: prs.temp() });
  await refuseUnpushed(git, prs, base, input.sha);
  const message = mergeMessage({
    title: input.title || record.title,
    body: input.body,
    number: record.number,
    key: prs.key(record.number),
    headSha: input.sha,
  });
  const mergeSha = await makeMergeCommit(git, {
    base,
    head: input.sha,
    baseBranch: record.base,
    branch: record.branch,
    method: input.method,
    message,
    temp: prs.temp(),
  });
  if (mergeSha === base) throw nothingToMerge(record);
  return mergeSha;
}

const nothingToMerge = (record: PullRequestRecord): Error =>
  rejected(
    'AO_SCM_NOTHING_TO_MERGE',
    `${record.branch} has no changes that ${record.base} lacks. Close the pull request.`,
  );

/** A merged pointer to a commit that only the session's worktree has would leave the base broken for everybody else. */
async function refuseUnpushed(
  git: Git,
  prs: PullRequests,
  base: string,
  head: string,
): Promise<void> {
  const temp = await mkdtemp(join(prs.temp(), 'pointers-'));
  try {
    const problems = await unpushedPointers(
      (cwd, args, options) => git.run(args, { ...options, cwd }),
      { repo: git.repo, commonDir: openBranchRefs(git.repo).commonDir, base, head, temp },
    );
    if (problems.length > 0) throw rejected('AO_SCM_SUBMODULE_UNPUSHED', problems.join(' '));
  } finally {
    await rm(temp, { recursive: true, force: true });
  }
}

function noteMerged(
  prs: PullRequests,
  key: string,
  intent: NonNullable<PullRequestRecord['intent']>,
): MergeResult {
  prs.update(mergedAs(prs.get(key), intent));
  return { type: 'merged', mergeSha: intent.mergeSha };
}

function mergedBefore(record: PullRequestRecord, sha: string): MergeResult {
  if (record.mergedSha === sha) return { type: 'merged', mergeSha: record.mergeSha };
  throw rejected(
    'AO_SCM_HEAD_MOVED',
    `Pull request #${record.number} was merged at ${record.mergedSha?.slice(0, 7)}, not at ${sha.slice(0, 7)}. Commits after that need a pull request of their own.`,
  );
}
