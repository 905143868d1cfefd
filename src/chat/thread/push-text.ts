import type { SessionEvent } from '../../domain/session/event.ts';
import { shortSha } from '../../domain/session/pr.ts';
import { count, oneLine } from '../words/wording.ts';

const NAMED = 3;

/** Who pushed what to the session's branch, and what becomes of it. */
export function branchPushedText(
  { sha, commits, taken, other }: Extract<SessionEvent, { type: 'branch.pushed' }>,
  pr: string,
): string {
  const authors = [...new Set(commits.map(({ author }) => oneLine(author, 60)))];
  const who = authors.length === 0 ? 'Somebody else' : authors.join(', ');
  const what = commits.length === 0 ? '' : `${count(commits.length, 'commit')} `;
  const titles = commits
    .slice(0, NAMED)
    .map((commit) => `${shortSha(commit.sha)} "${oneLine(commit.title, 80)}"`);
  const more = commits.length > NAMED ? ` and ${commits.length - NAMED} more` : '';
  const named = titles.length === 0 ? '' : `: ${titles.join(', ')}${more}`;
  if (other === true)
    return `⚠️ PR ${pr} is at ${shortSha(sha)}${named}, which isn't this session's work. ao doesn't merge it like that; the agent is asked to push its own under another name.`;
  const then = taken
    ? 'The worktree has it.'
    : 'The worktree lacks it; the agent is asked to take it in before its next push.';
  return `${who} pushed ${what}to the branch of PR ${pr}, now at ${shortSha(sha)}${named}. ${then}`;
}
