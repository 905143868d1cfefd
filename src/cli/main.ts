import { preferSmallHeap } from '../lib/small-heap.ts';
import type { BotModule } from './bot-module.ts';
import { backUp, readAudit, readOffline, verifyAudit } from './offline.ts';
import { runCli } from './run-cli.ts';
import { processCli } from './world.ts';
import { endWithReader } from './write-out.ts';

/** What a bot that stopped still writes has this long, ms. */
const LEFTOVERS = 300;

/** dist/cli.js: every command. The launcher (entry.ts) comes first and answers `ao status` alone. */
export async function main(argv: readonly string[]): Promise<void> {
  let isBot = false;
  const loadBot = async (): Promise<BotModule> => {
    isBot = true;
    preferSmallHeap();
    return (await import('../main.ts')).bot;
  };
  // A bot goes on when the terminal or the pipe it talked to is gone.
  endWithReader(process.stdout, () => !isBot);
  process.exitCode = await runCli(
    argv,
    processCli({ loadBot, readOffline, readAudit, verifyAudit, backUp }),
  );
  // A bot that stopped left what hung in its outbox; an open connection must not keep its process.
  if (isBot) setTimeout(() => process.exit(), LEFTOVERS).unref();
}
