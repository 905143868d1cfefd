import type { Command } from 'commander';
import type { SessionView } from '../../commands/views.ts';
import { baseCommand } from '../base-command.ts';
import type { Cli } from '../cli.ts';
import type { CommonOptions } from '../common-options.ts';
import { printSession } from '../print-session.ts';

export const orchestratorCommand = (cli: Cli): Command =>
  baseCommand('orchestrator', 'Start an agent that plans, and spawns and steers its own workers')
    .argument('[goal...]', 'what it should bring about; without one it asks')
    .option('--project <id>', 'project id; not needed where there is only one')
    .action(async (goal: string[], options: CommonOptions & { project?: string }) => {
      const body = {
        goal: goal.length === 0 ? null : goal.join(' '),
        project: options.project ?? null,
      };
      const session = await cli.api(options).post<SessionView>('/api/orchestrators', body);
      printSession(cli, session, options, `ao attach ${session.id}`);
    });
