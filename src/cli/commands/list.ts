import type { Command } from 'commander';
import { MORE } from '../../commands/status-table.ts';
import { plainLine } from '../../lib/plain-text.ts';
import { formatTable } from '../../lib/table.ts';
import { baseCommand } from '../base-command.ts';
import type { Cli } from '../cli.ts';
import { readSessions } from '../status.ts';
import type { StatusOptions } from '../status-path.ts';

interface ListOptions extends StatusOptions {
  readonly live?: boolean;
}

export const listCommand = (cli: Cli): Command =>
  baseCommand('list', 'Sessions one per line, ended ones too; for scripts')
    .argument('[project]')
    .option('--status <status>', 'only sessions of this status')
    .option('--turn <turn>', "only where it is this one's turn")
    .option('--live', 'without the ended ones')
    .option('--limit <n>', 'at most so many; live ones first, then those that ended last')
    .option('--all', 'every one; otherwise the 100 that ended last')
    .action(async (project: string | undefined, options: ListOptions) => {
      const { sessions, more } = await readSessions(cli, project, {
        ...options,
        all: !options.live,
        every: options.all === true,
      });
      if (more && options.limit === undefined) cli.err(MORE);
      if (options.json) return cli.out(JSON.stringify(sessions, null, 2));
      if (sessions.length > 0)
        cli.out(
          formatTable(
            sessions.map((each) => [
              each.id,
              each.status,
              each.turn,
              each.branch,
              plainLine(each.title),
            ]),
            cli.columns,
          ),
        );
    });
