import { join } from 'node:path';
import type { PluginContext } from '../slots/plugin.ts';
import type { GitSetup } from './run-git.ts';

/** What a plugin's context says of git. */
export const gitSetupOf = (
  { env, dataDir, git, logger }: Pick<PluginContext, 'env' | 'dataDir' | 'git' | 'logger'>,
  bin = 'git',
): GitSetup => ({
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
