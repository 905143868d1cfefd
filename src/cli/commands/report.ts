import { Argument, type Command } from 'commander';
import type { SessionView } from '../../commands/views.ts';
import { baseCommand } from '../base-command.ts';
import type { Cli } from '../cli.ts';
import type { CommonOptions } from '../common-options.ts';
import { ownSession } from '../own-session.ts';
import { printSession, sessionPath } from '../print-session.ts';

export const reportCommand = (cli: Cli): Command =>
  baseCommand('report', 'Report how the work of the session is going; used by agents')
    .addArgument(new Argument('<state>').choices(['working', 'blocked', 'needs_input', 'done']))
    .argument('[note...]')
    .option('--session <id>', "AO_SESSION by default, which an agent's environment has")
    .action(
      async (state: string, words: string[], options: CommonOptions & { session?: string }) => {
        const path = sessionPath(ownSession(cli, options.session), '/report');
        printSession(
          cli,
          await cli.api(options).post<SessionView>(path, { state, note: words.join(' ') }),
          options,
        );
      },
    );
