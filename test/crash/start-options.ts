import { join } from 'node:path';
import type { StartOptions } from '../../src/cli/bot-module.ts';

/** What `killable-bot.mjs` starts the built bot with. Here, where the compiler sees it: a bot that gets other options doesn't start. */
export const startOptions = (
  at: { readonly config: string; readonly dataDir: string; readonly port: number },
  env: StartOptions['env'],
  onStep: NonNullable<StartOptions['onStep']>,
): StartOptions => ({
  ...at,
  targets: [],
  host: null,
  trustPlugins: false,
  cwd: join(at.dataDir, '..'),
  env,
  onStep,
});
