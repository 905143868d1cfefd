import { join } from 'node:path';
import type { PluginContext } from '../slots/plugin.ts';
import type { AllowedFilters } from './operator.ts';

export interface GitSetup {
  /** The git program. */
  readonly bin?: string;
  /** What the host gives to children. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * A folder of ao's, out of the agents' reach, where it notes which git directory belongs to a checkout and what its configuration
   * was. Without one git trusts the folder it runs in: only for commands that are about no repository, or about a new one.
   */
  readonly stateDir?: string;
  /** Filters besides git-lfs that may run. */
  readonly filters?: AllowedFilters;
  /** Told once of keys in a repository's configuration that ao's git doesn't obey. */
  readonly notice?: (commonDir: string, keys: readonly string[]) => void;
}

/** What a plugin's context says of git. */
export const gitSetupOf = (
  { env, dataDir, git, logger }: Pick<PluginContext, 'env' | 'dataDir' | 'git' | 'logger'>,
  bin = 'git',
): GitSetup & { readonly stateDir: string } => ({
  bin,
  env,
  stateDir: git?.stateDir ?? join(dataDir, 'git-state'),
  filters: git?.filters ?? {},
  notice: (commonDir, keys) =>
    logger.warn(
      { commonDir, keys },
      "the repository's configuration names programs or addresses that ao's git does not obey; if they are yours, put them into your global git configuration, or allow a filter under git.filters in ao.yaml",
    ),
});
