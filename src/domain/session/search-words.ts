import type { Snapshot } from './session.ts';

/** What a session is searched by in lists, besides the numbers of its issue and pull requests: each on a line. Pure. */
export function searchWords({ session, prs, facts }: Snapshot): string {
  const { task } = session;
  return [
    session.id,
    session.branch,
    task.type === 'prompt' ? task.text : task.title,
    facts.issue?.title ?? '',
    ...prs.map((pr) => pr.title),
  ].join('\n');
}
