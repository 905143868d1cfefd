import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import type { SessionView } from '../../commands/views.ts';
import { baseCommand } from '../base-command.ts';
import { notRunning, readBotFile } from '../bot-address.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { CommonOptions } from '../common-options.ts';
import { findDataDir } from '../data-dir.ts';
import { printSession, sessionPath } from '../print-session.ts';
import { answers } from '../start-detached.ts';

/** The bot finishes what it is doing first, ms. */
const PATIENCE = 30_000;

export const stopCommand = (cli: Cli): Command =>
  baseCommand(
    'stop',
    'Stop the bot, agents keep running; with a session: end its turn and hold it until somebody replies or resumes',
  )
    .argument('[session]')
    .action(async (id: string | undefined, options: CommonOptions) => {
      if (id === undefined) return stopBot(cli, options);
      const session = await cli.api(options).post<SessionView>(sessionPath(id, '/stop'), {});
      printSession(cli, session, options, `ao resume ${session.id}`);
    });

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
