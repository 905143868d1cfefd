import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import type { SessionView } from '../../commands/views.ts';
import { baseCommand } from '../base-command.ts';
import { notRunning, readBotFile } from '../bot-address.ts';
import type { Cli } from '../cli.ts';
import { CliError, EXIT, usageError } from '../cli-error.ts';
import type { CommonOptions } from '../common-options.ts';
import { findDataDir } from '../data-dir.ts';
import { printSession, sessionPath } from '../print-session.ts';
import { answers } from '../start-detached.ts';
import { readSessions } from '../status.ts';

/** The bot finishes what it is doing first, ms. */
const PATIENCE = 30_000;

interface Options extends CommonOptions {
  readonly project?: string;
  readonly all?: boolean;
}

export const stopCommand = (cli: Cli): Command =>
  baseCommand(
    'stop',
    'Stop the bot, agents keep running; with a session: end its turn and hold it until somebody replies or resumes',
  )
    .argument('[session]')
    .option('--project <id>', 'every live session of a project instead of the bot')
    .option('--all', 'every live session instead of the bot')
    .action(async (id: string | undefined, options: Options) => {
      const many = options.project !== undefined || options.all === true;
      if (id !== undefined && many)
        throw usageError('either one session, or --project and --all.  See: ao stop --help');
      if (many) return stopSessions(cli, options);
      if (id === undefined) return stopBot(cli, options);
      const session = await cli.api(options).post<SessionView>(sessionPath(id, '/stop'), {});
      printSession(cli, session, options, `ao resume ${session.id}`);
    });

/** Each for itself: what one of them refuses doesn't keep the others running. */
async function stopSessions(cli: Cli, options: Options): Promise<void> {
  const { sessions } = await readSessions(cli, options.project, { ...options, all: false });
  const live = sessions.filter((session) => session.endedAt === null);
  const refused: string[] = [];
  const stopped: SessionView[] = [];
  for (const { id } of live)
    try {
      const session = await cli.api(options).post<SessionView>(sessionPath(id, '/stop'), {});
      stopped.push(session);
      if (!options.json) printSession(cli, session, options, `ao resume ${id}`);
    } catch (error) {
      if (!(error instanceof CliError) || error.exitCode !== EXIT.failed) throw error;
      refused.push(`${id}: ${error.message}`);
    }
  if (options.json) cli.out(JSON.stringify({ stopped, refused }, null, 2));
  else if (live.length === 0) cli.out('No session is running.');
  if (refused[0] !== undefined)
    throw new CliError(
      refused[0],
      EXIT.failed,
      refused.slice(1).map((line) => `error: ${line}`),
    );
}

async function stopBot(cli: Cli, options: CommonOptions): Promise<void> {
  const dataDir = findDataDir(options, cli.env, cli.cwd);
  const bot = readBotFile(dataDir);
  // A number that is left from a crash may be some other program by now: only a bot that answers is signalled.
  if (bot === null || !(await answers(bot, dataDir))) throw notRunning(dataDir);
  signal(bot.pid);
  for (const deadline = cli.now() + PATIENCE; isAlive(bot.pid); await sleep(50)) {
    if (cli.now() > deadline)
      throw new CliError(
        `the bot (process ${bot.pid}) did not end within ${PATIENCE / 1000} s.  Its log says what it waits for.`,
      );
  }
  cli.out(
    options.json
      ? JSON.stringify({ stopped: bot.pid })
      : 'ao is stopped. Agents keep running; ao start picks them up again.',
  );
}

function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ESRCH') return;
    throw new CliError(
      `the bot (process ${pid}) belongs to another user.  Run ao stop as that user.`,
    );
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
