import type { Environment } from './data-dir.ts';

/** Where the configuration is looked for, as for a start of the bot. */
export interface ConfigPlace {
  /** Path given with `--config`. */
  readonly config?: string | undefined;
  readonly env: Environment;
  readonly cwd: string;
}

export const placeOf = (
  { env, cwd }: Omit<ConfigPlace, 'config'>,
  { config }: Pick<ConfigPlace, 'config'>,
): ConfigPlace => ({ config, env, cwd });
