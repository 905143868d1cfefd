import type { Command } from 'commander';
import type { SessionView } from '../../commands/views.ts';
import { baseCommand } from '../base-command.ts';
import type { Cli, CommonOptions } from '../cli.ts';
import { printSession, sessionPath } from '../print-session.ts';

export const handoffCommand = (cli: Cli): Command =>
  baseCommand('handoff', 'Make another person the owner of a session: escalations go to them')
    .argument('<session>')
    .argument('<person>', 'stable id, e.g. slack:T024:U0G9 or web:local')
    .option('--name <name>', 'name to show')
    .action(async (id: string, person: string, options: CommonOptions & { name?: string }) => {
      const body = { to: { subject: person, name: options.name ?? person } };
      printSession(cli, await cli.api(options).post<SessionView>(sessionPath(id, '/handoff'), body), options);
    });
