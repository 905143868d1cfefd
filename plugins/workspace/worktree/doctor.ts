import type { CommitSettings } from '../../../src/git/commit-settings.ts';
import { executableKeys } from '../../../src/git/examine.ts';
import type { Git } from '../../../src/git/git.ts';
import type { GitSetup } from '../../../src/git/setup.ts';
import { PluginError } from '../../../src/slots/errors.ts';
import type { DoctorFinding } from '../../../src/slots/plugin.ts';
import { commitNotes } from './commit-notes.ts';
import { checkRepository } from './repository.ts';

/** An agent can write to the repository's configuration; the operator's own is out of its reach. */
const suspicious = (repo: string, keys: readonly string[]): readonly DoctorFinding[] =>
  keys.length === 0
    ? []
    : [
        {
          level: 'warning',
          what: `the git configuration of ${repo} names programs or addresses: ${keys.join(', ')}`,
          fix: `ao's git runs no filter, driver, hook or alias of it, and takes credentials, proxies, ssh commands and address rules only as they were when ao took the project on. Yours: put them into your global configuration, or a filter under git.filters in ao.yaml. Not yours: git -C ${repo} config --unset-all KEY`,
        },
      ];

export interface DoctorParts {
  readonly ready: () => Promise<string>;
  readonly git: Git;
  readonly setup: GitSetup;
  readonly settings: (repo: string) => Promise<CommitSettings>;
}

/** Whether worktrees can be made of the repository, and whether agents' commits in them are as a person's. */
export async function doctor(
  { ready, git, setup, settings }: DoctorParts,
  repo: string,
): Promise<readonly DoctorFinding[]> {
  try {
    const version: DoctorFinding = { level: 'ok', what: `git ${await ready()}`, fix: null };
    const { defaultBranch, warnings } = await checkRepository(git, repo);
    const found: DoctorFinding = {
      level: 'ok',
      what: `${repo}, default branch ${defaultBranch}`,
      fix: null,
    };
    return [
      version,
      found,
      ...warnings.map((what): DoctorFinding => ({ level: 'warning', what, fix: null })),
      ...suspicious(repo, await executableKeys(setup, repo)),
      ...(await commitNotes(settings, setup.env, repo, repo)).map(
        (what): DoctorFinding => ({ level: 'warning', what, fix: null }),
      ),
    ];
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
    return [
      { level: 'error', what: error.message, fix: 'See the message; then run ao doctor again.' },
    ];
  }
}
