import type { BranchPush } from '../session/facts.ts';
import { AO } from '../session/ids.ts';
import type { FactInput } from '../session/input.ts';
import { shortSha } from '../session/pr.ts';
import { addSteer, type Draft, emit, newSteer } from './draft.ts';

/** Somebody else pushed to the session's branch: told with who and what; the agent gets the commits, or is asked to take them. */
export function branchPushed(
  draft: Draft,
  { pr, sha, followed, first }: FactInput & { type: 'branch_pushed' },
): void {
  const id = `pushed-${sha}`;
  if (draft.snapshot.steers.some((steer) => steer.id === id)) return;
  const commits = 'commits' in followed ? followed.commits : [];
  const other = first === true && isApart(followed);
  emit(draft, {
    type: 'branch.pushed',
    pr,
    sha,
    commits,
    taken: followed.type === 'taken',
    ...(other ? { other } : {}),
  });
  const { branch } = draft.snapshot.session;
  const words = other ? notItsOwn(branch, sha) : askedTo(followed, sha, branch);
  if (words === null) return;
  addSteer(draft, newSteer(id, 'reaction', AO, words, draft.now));
}

const isApart = (followed: BranchPush): boolean =>
  followed.type === 'absent' || (followed.type === 'left' && followed.ours > 0);

/** The first head that was ever seen there: a branch of an earlier run, or of somebody else, under the same name. */
const notItsOwn = (branch: string, sha: string): string =>
  `The open pull request of ${branch} is at ${shortSha(sha)}, which isn't your work: a branch of that name was there already, or somebody else pushed to it. ao doesn't merge it like that. Commit what you have, push it under another name (git push origin HEAD:${branch}-2), and open a pull request from there. Leave the other one as it is.`;

/** Names and titles of others are left out: they are anybody's words. Null: nothing is left to do. */
function askedTo(
  followed: (FactInput & { type: 'branch_pushed' })['followed'],
  sha: string,
  branch: string,
): string | null {
  const moved = `Somebody else pushed to your branch ${branch}: it is at ${shortSha(sha)} now`;
  switch (followed.type) {
    case 'taken':
      return null;
    case 'absent':
      return `${moved}, and this worktree doesn't have that commit. Commit what you have, then take it in before your next push:  git pull --rebase`;
    case 'left':
      switch (followed.why) {
        case 'behind':
          return `${moved}. Commit what you have, then take it in before your next push:  git rebase ${sha}`;
        case 'diverged':
          return `${moved}, and you and they have commits that the other lacks. Commit what you have, then bring yours on top of theirs before your next push:  git rebase ${sha}`;
        case 'moved':
          return `${moved}, but your files are still those of ${shortSha(followed.was)}, so git status shows their changes the wrong way round. Don't commit that. Bring both together:  git reset -q --soft ${followed.was} && git stash && git merge --ff-only ${sha} && git stash pop`;
      }
  }
}
