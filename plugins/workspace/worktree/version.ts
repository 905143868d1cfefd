import type { Git } from '../../../src/git/git.ts';
import { atLeast, OLDEST_GIT } from '../../../src/lib/oldest.ts';
import { rejected } from '../../../src/slots/errors.ts';

/** Version as `2.39.5`. Throws AO_GIT_MISSING or AO_GIT_OLD. */
export async function checkGitVersion(git: Git): Promise<string> {
  const said = await git('/', ['--version']);
  const version = /\d+\.\d+\S*/.exec(said)?.[0] ?? null;
  if (version === null || !atLeast(version, OLDEST_GIT))
    throw rejected(
      'AO_GIT_OLD',
      `git ${version ?? 'of unknown version'} is too old: ao needs ${OLDEST_GIT} or newer. Upgrade git, or set workspace.worktree.bin to a newer one.`,
    );
  return version;
}
