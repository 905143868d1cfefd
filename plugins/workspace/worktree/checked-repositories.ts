import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { openBranchRefs } from '../../../src/lib/branch-refs.ts';

/** Not refs/heads: branches come and go with every session, and the last one is not deleted unnoticed. */
const WATCHED = ['HEAD', 'config', 'packed-refs', 'shallow', 'refs/remotes/origin/HEAD'];

/** Keeps what `check` found good as long as folder and owner, HEAD and configuration of the repository stay the same. Failures are never kept. */
export function keepChecked<T>(check: (repo: string) => Promise<T>): (repo: string) => Promise<T> {
  const known = new Map<string, { readonly stamp: string; readonly found: T }>();
  return async (repo) => {
    const stamp = await stampOf(repo);
    const kept = known.get(repo);
    if (stamp !== null && kept?.stamp === stamp) return kept.found;
    known.delete(repo);
    const found = await check(repo);
    // The stamp from before the check: what changed during it is seen the next time.
    if (stamp !== null) known.set(repo, { stamp, found });
    return found;
  };
}

/** Null when there is no repository to take a stamp of. */
async function stampOf(repo: string): Promise<string | null> {
  try {
    const { commonDir } = openBranchRefs(repo);
    const paths = [repo, join(repo, '.git'), ...WATCHED.map((name) => join(commonDir, name))];
    const stats = await Promise.all(
      paths.map((path) => stat(path, { bigint: true }).catch(() => null)),
    );
    // Of the checkout itself only that it is the same folder: its files come and go.
    return stats
      .map((entry, index) =>
        entry === null
          ? '-'
          : index === 0
            ? `${entry.ino}:${entry.uid}`
            : `${entry.ino}:${entry.ctimeNs}`,
      )
      .join(' ');
  } catch {
    // Not there, or not readable: the check itself says so.
    return null;
  }
}
