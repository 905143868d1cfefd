import type { BotModule } from './bot-module.ts';
import { backUp, readAudit, readOffline, verifyAudit } from './offline.ts';
import { runCli } from './run-cli.ts';
import { processCli } from './world.ts';

/** dist/cli.js: every command. The launcher (entry.ts) comes first and answers `ao status` alone. */
export async function main(argv: readonly string[]): Promise<void> {
  const loadBot = async (): Promise<BotModule> => (await import('../main.ts')).bot;
  process.exitCode = await runCli(argv, processCli({ loadBot, readOffline, readAudit, verifyAudit, backUp }));
}
