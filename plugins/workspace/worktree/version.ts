import type { Git } from '../../../src/git/git.ts';
import { rejected } from '../../../src/slots/errors.ts';

const OLDEST = [2, 31] as const;

/** Version as `2.39.5`. Throws AO_GIT_MISSING or AO_GIT_OLD. */
export async function checkGitVersion(git: Git): Promise<string> {
  const version = /(\d+)\.(\d+)\S*/.exec(await git('/', ['--version']));
  const [text, major, minor] = [
    version?.[0] ?? 'of unknown version',
    Number(version?.[1]),
    Number(version?.[2]),
  ];
  if (!(major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]))) {
    throw rejected(
      'AO_GIT_OLD',
      `git ${text} is too old: ao needs 2.31 (2021) or newer. Upgrade git, or set workspace.worktree.bin to a newer one.`,
    );
  }
  return text;
}
