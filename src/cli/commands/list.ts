import type { Command } from 'commander';
import { plainLine } from '../../lib/plain-text.ts';
import { formatTable } from '../../lib/table.ts';
import { baseCommand } from '../base-command.ts';
import type { Cli } from '../cli.ts';
import { readSessions } from '../status.ts';
import type { StatusOptions } from '../status-path.ts';

export const listCommand = (cli: Cli): Command =>
  baseCommand('list', 'Sessions one per line, ended ones too; for scripts')
    .argument('[project]')
    .option('--status <status>', 'only sessions of this status')
    .option('--turn <turn>', "only where it is this one's turn")
    .option('--live', 'without the ended ones')
    .action(async (project: string | undefined, options: StatusOptions & { live?: boolean }) => {
      const { sessions } = await readSessions(cli, project, { ...options, all: !options.live });
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
