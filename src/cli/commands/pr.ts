import { Command } from 'commander';
import type { SessionView } from '../../commands/views.ts';
import { baseCommand } from '../base-command.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { CommonOptions } from '../common-options.ts';
import { ownSession } from '../own-session.ts';
import { sessionPath } from '../print-session.ts';
import { sessionDetails } from '../session-details.ts';

interface CreateOptions extends CommonOptions {
  readonly title: string;
  readonly body: string;
  readonly draft?: boolean;
  readonly base?: string;
  readonly session?: string;
}

export const prCommand = (cli: Cli): Command =>
  new Command('pr')
    .description('Pull request of a session')
    .addCommand(createCommand(cli))
    .addCommand(showCommand(cli));

const createCommand = (cli: Cli): Command =>
  baseCommand('create', 'Open the pull request of the own session; used by agents')
    .requiredOption('--title <text>')
    .option('--body <text>', 'what changed and why; - reads it from stdin', '')
    .option('--draft', 'not for review yet')
    .option('--base <branch>', 'branch to merge into; the one the session began at by default')
    .option('--session <id>', "AO_SESSION by default, which an agent's environment has")
    .action(async (options: CreateOptions) => {
      const id = ownSession(cli, options.session);
      const body = options.body === '-' ? (await cli.readInput()).trimEnd() : options.body;
      const request = {
        title: options.title,
        body,
        draft: options.draft ?? false,
        base: options.base,
      };
      const session = await cli.api(options).post<SessionView>(sessionPath(id, '/pr'), request);
      if (options.json) return cli.out(JSON.stringify(session, null, 2));
      const { pr } = session;
      cli.out(
        pr === null
          ? `${session.id}: pull request is being opened.`
          : `Pull request #${pr.number} of ${session.id} is open: ${pr.url ?? `${pr.branch} into ${pr.base}`}`,
      );
    });

const showCommand = (cli: Cli): Command =>
  baseCommand('show', 'The pull request, its checks, and what the merge waits for')
    .argument('[session]', "AO_SESSION by default, which an agent's environment has")
    .action(async (given: string | undefined, options: CommonOptions) => {
      const session = await cli.api(options).get<SessionView>(sessionPath(ownSession(cli, given)));
      if (session.pr === null) throw new CliError(`${session.id} has no pull request yet.`);
      cli.out(
        options.json
          ? JSON.stringify(session.pr, null, 2)
          : sessionDetails(session, { now: cli.now(), color: cli.color }),
      );
    });
