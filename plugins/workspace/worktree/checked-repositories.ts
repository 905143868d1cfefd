import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { openBranchRefs } from '../../../src/lib/branch-refs.ts';
import type { Clock } from '../../../src/lib/clock.ts';

/** What can't be seen in the repository's own files (the user's configuration, changed files) is looked at again after this, ms. */
const LONGEST = 10_000;
const WATCHED = ['HEAD', 'config', 'packed-refs', 'shallow', 'refs/heads', 'refs/remotes/origin/HEAD'];

/** Keeps what `check` found good for some seconds, as long as the repository's own files stay the same. Failures are never kept. */
export function keepChecked<T>(clock: Clock, check: (repo: string) => Promise<T>): (repo: string) => Promise<T> {
  const known = new Map<string, { readonly stamp: string; readonly until: number; readonly found: T }>();
  return async (repo) => {
    const stamp = await stampOf(repo);
    const kept = known.get(repo);
    if (stamp !== null && kept?.stamp === stamp && clock.now() < kept.until) return kept.found;
    known.delete(repo);
    const found = await check(repo);
    // The stamp from before the check: what changed during it is seen the next time.
    if (stamp !== null) known.set(repo, { stamp, until: clock.now() + LONGEST, found });
    return found;
  };
}

/** Null when there is no repository to take a stamp of. */
async function stampOf(repo: string): Promise<string | null> {
  try {
    const { commonDir } = openBranchRefs(repo);
    const paths = [repo, join(repo, '.git'), ...WATCHED.map((name) => join(commonDir, name))];
    const stats = await Promise.all(paths.map((path) => stat(path, { bigint: true }).catch(() => null)));
    // Of the checkout itself only that it is the same folder: its files come and go.
    return stats.map((entry, index) => (entry === null ? '-' : index === 0 ? entry.ino : `${entry.ino}:${entry.mtimeNs}:${entry.size}`)).join(' ');
  } catch {
    // Not there, or not readable: the check itself says so.
    return null;
  }
}
