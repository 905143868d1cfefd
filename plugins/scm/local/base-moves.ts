import type { BaseMove } from '../../../src/domain/session/facts.ts';
import type { RepositoryGit } from '../../../src/git/repository-git.ts';
import { isAncestor } from './compare.ts';
import type { LocalRecords, PullRequestRecord } from './record.ts';

/** The record once its merge is there; what the base was before is kept, so that its move explains itself. */
export const mergedAs = (
  record: PullRequestRecord,
  intent: NonNullable<PullRequestRecord['intent']>,
): PullRequestRecord => ({
  ...record,
  state: 'merged',
  mergedSha: intent.sha,
  mergeSha: intent.mergeSha,
  mergedBy: intent.by,
  ...(intent.onto === undefined ? {} : { mergedOnto: intent.onto }),
  intent: null,
});

/**
 * Looks whether the base of an open pull request moved since the last look without a merge of ao's, and notes it. A base that
 * is the branch of another open pull request moves with every commit of its agent: that is told there. True when something was
 * noted that people must see.
 */
export async function noteBaseMove(
  git: RepositoryGit,
  records: LocalRecords,
  number: number,
  baseSha: string,
): Promise<boolean> {
  const record = records.get(number);
  if (record === null || record.state !== 'open') return false;
  const { base: branch, seenBase } = record;
  if (seenBase?.branch === branch && seenBase.sha === baseSha) return false;
  const looked = { ...record, seenBase: { branch, sha: baseSha } };
  const stacked = records
    .all()
    .some((other) => other.number !== number && other.state === 'open' && other.branch === branch);
  const to = seenBase?.branch === branch ? beforeOwnMerges(records, seenBase.sha, baseSha) : null;
  const from = seenBase?.sha ?? baseSha;
  if (stacked || to === null || to === from) {
    records.save(looked);
    return false;
  }
  const kind = await kindOf(git, record, from, to);
  records.save({
    ...(records.get(number) ?? record),
    seenBase: looked.seenBase,
    baseMove: { from, to, kind },
  });
  return true;
}

/** Takes ao's own merges off the end of what the base is now: what is left was put there by somebody else. */
function beforeOwnMerges(records: LocalRecords, from: string, now: string): string {
  const onto = new Map<string, string>();
  for (const { mergeSha, mergedOnto, intent } of records.all()) {
    if (mergeSha !== null && mergedOnto !== undefined) onto.set(mergeSha, mergedOnto);
    if (intent?.onto !== undefined) onto.set(intent.mergeSha, intent.onto);
  }
  let at = now;
  for (let next = onto.get(at); at !== from && next !== undefined; next = onto.get(at)) {
    onto.delete(at);
    at = next;
  }
  return at;
}

async function kindOf(
  git: RepositoryGit,
  { headSha }: PullRequestRecord,
  from: string,
  to: string,
): Promise<BaseMove['kind']> {
  // Commits of the branch that the base has now and hadn't before. What the branch had merged of the base is among the old ones.
  const [shared, had] = await Promise.all([
    git.run(['merge-base', to, headSha]),
    git.run(['merge-base', from, headSha]),
  ]);
  if (shared.stdout.trim() !== '' && shared.stdout.trim() !== had.stdout.trim()) return 'has-work';
  return (await isAncestor(git, from, to)) ? 'outside' : 'forced';
}
