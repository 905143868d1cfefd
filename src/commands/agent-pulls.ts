import type { Snapshot } from '../domain/session/session.ts';

/**
 * Whose the pull request is that an agent names to gh. `pull`: number, address or branch; null: that of the branch it has
 * checked out, which is taken for its own. `repo`: `[host/]owner/name` where it names one.
 */
export function whosePull(
  own: Snapshot,
  live: readonly Snapshot[],
  { pull, repo }: { readonly pull: string | null; readonly repo: string | null },
): 'own' | 'session' | 'other' {
  if (pull === null) return 'own';
  const fits = (snapshot: Snapshot): boolean =>
    snapshot.session.project === own.session.project && names(snapshot, pull.trim(), repo);
  if (fits(own)) return 'own';
  return live.some((other) => other.session.id !== own.session.id && fits(other))
    ? 'session'
    : 'other';
}

function names({ session, prs }: Snapshot, pull: string, repo: string | null): boolean {
  const address = /^https?:\/\/[^/]+\/(.+?)\/pull\/(\d+)/i.exec(pull);
  const number = Number(address?.[2] ?? /^#?(\d+)$/.exec(pull)?.[1] ?? Number.NaN);
  const at = (address?.[1] ?? repo?.split('/').slice(-2).join('/'))?.toLowerCase();
  if (!Number.isNaN(number))
    return prs.some(
      (pr) =>
        pr.number === number &&
        (at === undefined || (pr.url ?? '').toLowerCase().includes(`/${at}/pull/`)),
    );
  const branch = pull.replace(/^[^:/]+:/, '');
  return session.branch === branch || prs.some((pr) => pr.branch === branch);
}
