import { renderStatus } from '../commands/status-table.ts';
import type { SessionView } from '../commands/views.ts';
import type { Cli } from './cli.ts';
import { CliError, EXIT } from './cli-error.ts';
import { placeOf } from './config-place.ts';
import { findDataDir } from './data-dir.ts';
import { type StatusOptions, statusPath } from './status-path.ts';

export interface ReadOptions extends StatusOptions {
  /** No ended ones. */
  readonly live?: boolean;
  /** All pages. */
  readonly every?: boolean;
}

export interface ReadSessions {
  readonly sessions: readonly SessionView[];
  /** The bot was down; the database says so. */
  readonly offline: boolean;
  /** There are sessions that were not read. */
  readonly more: boolean;
}

/** Of a page of the bot. */
const LARGEST_PAGE = 500;
/** Ended sessions where nobody says how many; the bot's own default. */
const ENDED_PAGE = 100;

/** Sessions from the bot, or from the database when the bot is down. */
export async function readSessions(
  cli: Cli,
  project: string | undefined,
  options: ReadOptions,
): Promise<ReadSessions> {
  try {
    return { ...(await readPages(cli, project, options)), offline: false };
  } catch (error) {
    if (!(error instanceof CliError) || error.exitCode !== EXIT.notRunning) throw error;
    const filtered = options.status !== undefined || options.turn !== undefined;
    const wish = {
      type: 'list',
      project: project ?? null,
      ended: endedToRead(options, filtered),
    } as const;
    const dataDir = findDataDir(options, cli.env, cli.cwd);
    const all = await cli.readOffline(dataDir, wish, placeOf(cli, options));
    if (all === null) throw error;
    const fitting = all.filter((session) => matches(session, project, options));
    const limit = limitOf(options);
    const live = fitting.filter((session) => session.endedAt === null).length;
    const shown = fitting.slice(0, limit ?? live + ENDED_PAGE);
    return { sessions: shown, offline: true, more: fitting.length > shown.length };
  }
}

async function readPages(
  cli: Cli,
  project: string | undefined,
  options: ReadOptions,
): Promise<Omit<ReadSessions, 'offline'>> {
  const limit = limitOf(options);
  const api = cli.api(options);
  const size = limit === null || limit > LARGEST_PAGE ? String(LARGEST_PAGE) : options.limit;
  const isPaged = options.every === true || options.limit !== undefined;
  const { limit: _, ...rest } = options;
  let page = await api.page<SessionView>(
    statusPath(project, isPaged && size !== undefined ? { ...rest, limit: size } : rest),
  );
  const found = [...page.items];
  while (isPaged && page.next !== null && (limit === null || found.length < limit)) {
    page = await api.page<SessionView>(page.next);
    found.push(...page.items);
  }
  const shown = limit === null ? found : found.slice(0, limit);
  return { sessions: shown, more: page.next !== null || shown.length < found.length };
}

/** Null: no limit of its own; what is no number is the bot's to refuse. */
function limitOf({ every, limit }: ReadOptions): number | null {
  const number = every === true || limit === undefined ? Number.NaN : Number(limit);
  return Number.isInteger(number) ? number : null;
}

function endedToRead(options: ReadOptions, filtered: boolean): number {
  if (options.live === true || (options.all !== true && options.status === undefined)) return 0;
  if (options.every === true || filtered) return Number.MAX_SAFE_INTEGER;
  return (limitOf(options) ?? ENDED_PAGE) + 1;
}

const matches = (
  session: SessionView,
  project: string | undefined,
  options: ReadOptions,
): boolean =>
  (project === undefined || session.project === project) &&
  (options.status === undefined || session.status === options.status) &&
  (options.turn === undefined || session.turn === options.turn) &&
  (options.all === true || options.status !== undefined || session.stage !== 'ended') &&
  (options.live !== true || session.stage !== 'ended');

/** `ao status` without --watch. The launcher does the same without commander while the bot runs (entry.ts). */
export async function printStatus(
  cli: Cli,
  project: string | undefined,
  options: StatusOptions,
): Promise<void> {
  const { sessions, offline, more } = await readSessions(cli, project, options);
  if (offline && !options.json)
    cli.err('The bot is not running; this is what the database says.  Start it: ao start');
  cli.out(
    renderStatus(
      sessions,
      { ...options, more },
      { now: cli.now(), columns: cli.columns, color: cli.color },
    ),
  );
}
