import { renderStatus } from '../commands/status-table.ts';
import type { SessionView } from '../commands/views.ts';
import type { Cli } from './cli.ts';
import { CliError, EXIT } from './cli-error.ts';
import { findDataDir } from './data-dir.ts';
import { type StatusOptions, statusPath } from './status-path.ts';

/** Sessions from the bot, or from the database when the bot is down (`offline` says so). */
export async function readSessions(
  cli: Cli,
  project: string | undefined,
  options: StatusOptions,
): Promise<{ sessions: readonly SessionView[]; offline: boolean }> {
  try {
    return {
      sessions: await cli.api(options).get<SessionView[]>(statusPath(project, options)),
      offline: false,
    };
  } catch (error) {
    if (!(error instanceof CliError) || error.exitCode !== EXIT.notRunning) throw error;
    const all = await cli.readOffline(findDataDir(options, cli.env, cli.cwd));
    if (all === null) throw error;
    return { sessions: all.filter((session) => matches(session, project, options)), offline: true };
  }
}

const matches = (
  session: SessionView,
  project: string | undefined,
  options: StatusOptions,
): boolean =>
  (project === undefined || session.project === project) &&
  (options.status === undefined || session.status === options.status) &&
  (options.turn === undefined || session.turn === options.turn) &&
  (options.all === true || options.status !== undefined || session.stage !== 'ended');

/** `ao status` without --watch. The launcher does the same without commander while the bot runs (entry.ts). */
export async function printStatus(
  cli: Cli,
  project: string | undefined,
  options: StatusOptions,
): Promise<void> {
  const { sessions, offline } = await readSessions(cli, project, options);
  if (offline && !options.json)
    cli.err('The bot is not running; this is what the database says.  Start it: ao start');
  cli.out(
    renderStatus(sessions, options, { now: cli.now(), columns: cli.columns, color: cli.color }),
  );
}
