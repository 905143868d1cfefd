import { formatConfigError } from '../config/config-error.ts';
import { type LoadedConfig, loadConfig } from '../config/load-config.ts';
import { confirmedIn } from '../config/plugin-trust.ts';
import type { Cli } from './cli.ts';
import { CliError, EXIT } from './cli-error.ts';
import type { CommonOptions } from './common-options.ts';

/** The configuration that `ao start` would use here; everything wrong with it is one error with a line for each. */
export async function loadForCli(cli: Cli, options: CommonOptions): Promise<LoadedConfig> {
  const { plugins } = await cli.loadBot();
  const loaded = await loadConfig({
    path: options.config ?? null,
    searchFrom: cli.cwd,
    env: cli.env,
    plugins,
    trust: confirmedIn(cli.env, options.dataDir, cli.cwd),
  });
  if (loaded.ok) return loaded.value;
  const count = loaded.error.length;
  const details = loaded.error.map(formatConfigError);
  throw new CliError(
    `the configuration has ${count === 1 ? 'an error' : `${count} errors`}.  Put ${count === 1 ? 'it' : 'them'} right and try again:`,
    EXIT.config,
    details,
  );
}
