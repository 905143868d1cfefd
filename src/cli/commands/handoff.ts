import type { Command } from 'commander';
import type { SessionView } from '../../commands/views.ts';
import { baseCommand } from '../base-command.ts';
import type { Cli } from '../cli.ts';
import type { CommonOptions } from '../common-options.ts';
import { printSession, sessionPath } from '../print-session.ts';

interface HandoffOptions extends CommonOptions {
  readonly name?: string;
  readonly model?: string;
}

export const handoffCommand = (cli: Cli): Command =>
  baseCommand(
    'handoff',
    'Let another agent continue in the same worktree, or make another person the owner: escalations go to them',
  )
    .argument('<session>')
    .argument(
      '<agent|person>',
      'an agent, e.g. codex, or the stable id of a person, e.g. slack:T024:U0G9 or web:local',
    )
    .argument('[words...]', 'for the agent, besides the summary it gets')
    .option('--model <model>', 'model of the new agent')
    .option('--name <name>', 'name of the person to show')
    .action(async (id: string, to: string, words: readonly string[], options: HandoffOptions) => {
      const isPerson = to.includes(':');
      const body = isPerson
        ? { to: { subject: to, name: options.name ?? to } }
        : {
            agent: to,
            ...(options.model === undefined ? {} : { model: options.model }),
            ...(words.length === 0 ? {} : { words: words.join(' ') }),
          };
      printSession(
        cli,
        await cli.api(options).post<SessionView>(sessionPath(id, '/handoff'), body),
        options,
      );
    });
