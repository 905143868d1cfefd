import type { Command } from 'commander';
import type { SessionView } from '../../commands/views.ts';
import { baseCommand } from '../base-command.ts';
import type { Cli } from '../cli.ts';
import type { CommonOptions } from '../common-options.ts';
import { printSession } from '../print-session.ts';

export const adoptCommand = (cli: Cli): Command =>
  baseCommand('adopt', 'Take over an existing pull request')
    .argument('<pr>', 'number, key or address')
    .option('--project <id>', 'project id; not needed where there is only one')
    .option('--agent <name>', "coding agent; the project's own by default")
    .action(async (pr: string, options: CommonOptions & { project?: string; agent?: string }) => {
      const body = { pr, project: options.project, agent: options.agent };
      printSession(
        cli,
        await cli.api(options).post<SessionView>('/api/sessions/adopt', body),
        options,
      );
    });
