import type { Command } from 'commander';
import { baseCommand } from '../base-command.ts';
import type { Cli } from '../cli.ts';
import { printStatus } from '../status.ts';
import type { StatusOptions } from '../status-path.ts';

export const statusCommand = (cli: Cli): Command =>
  baseCommand('status', 'Live sessions: status, whose turn, pull request, checks, review, cost')
    .argument('[project]')
    .option('--all', 'ended sessions too')
    .option('--limit <n>', 'at most so many')
    .option('--status <status>', 'only sessions of this status')
    .option('--turn <turn>', "only where it is this one's turn: agent, human, ci, nobody")
    .option('--cost', 'tokens, and the sum')
    .option('--pr', 'address of each pull request, and what its merge waits for')
    .option('--watch', 'again on every change, until Ctrl-C')
    .action(async (project: string | undefined, options: StatusOptions & { watch?: boolean }) => {
      if (!options.watch) return printStatus(cli, project, options);
      const { watchStatus } = await import('../watch-status.ts');
      await watchStatus(cli, project, options);
    });
