import type { SessionView } from '../commands/views.ts';
import type { Cli, CommonOptions } from './cli.ts';
import { CliError, EXIT } from './cli-error.ts';
import { findDataDir } from './data-dir.ts';
import { statusTable } from './status-table.ts';

export interface StatusOptions extends CommonOptions {
  readonly all?: boolean;
  readonly status?: string;
  readonly turn?: string;
  readonly cost?: boolean;
  readonly pr?: boolean;
}

/** Sessions from the bot, or from the database when the bot is down (`offline` says so). */
export async function readSessions(
  cli: Cli,
  project: string | undefined,
  options: StatusOptions,
): Promise<{ sessions: readonly SessionView[]; offline: boolean }> {
  try {
    const query = { project, status: options.status, turn: options.turn, all: options.all };
    return { sessions: await cli.api(options).get<SessionView[]>('/api/sessions', query), offline: false };
  } catch (error) {
    if (!(error instanceof CliError) || error.exitCode !== EXIT.notRunning) throw error;
    const all = await cli.readOffline(findDataDir(options, cli.env, cli.cwd));
    if (all === null) throw error;
    return { sessions: all.filter((session) => matches(session, project, options)), offline: true };
  }
}

const matches = (session: SessionView, project: string | undefined, options: StatusOptions): boolean =>
  (project === undefined || session.project === project) &&
  (options.status === undefined || session.status === options.status) &&
  (options.turn === undefined || session.turn === options.turn) &&
  (options.all === true || options.status !== undefined || session.stage !== 'ended');

/** `ao status` without --watch. The fast path of the launcher runs this without commander. */
export async function printStatus(cli: Cli, project: string | undefined, options: StatusOptions): Promise<void> {
  const { sessions, offline } = await readSessions(cli, project, options);
  if (options.json) return cli.out(JSON.stringify(sessions, null, 2));
  if (offline) cli.err('The bot is not running; this is what the database says.  Start it: ao start');
  cli.out(statusTable(sessions, { now: cli.now(), columns: cli.columns, color: cli.color, cost: options.cost ?? false, pr: options.pr ?? false }));
}
