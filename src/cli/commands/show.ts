import type { Command } from 'commander';
import type { SessionView } from '../../commands/views.ts';
import { baseCommand } from '../base-command.ts';
import type { Cli } from '../cli.ts';
import { CliError, EXIT } from '../cli-error.ts';
import type { CommonOptions } from '../common-options.ts';
import { placeOf } from '../config-place.ts';
import { findDataDir } from '../data-dir.ts';
import { sessionDetails } from '../session-details.ts';

export const showCommand = (cli: Cli): Command =>
  baseCommand('show', 'Everything about one session')
    .argument('<session>', 'id or an unambiguous beginning of it')
    .action(async (id: string, options: CommonOptions) => {
      const session = await read(cli, id, options);
      cli.out(
        options.json
          ? JSON.stringify(session, null, 2)
          : sessionDetails(session, { now: cli.now(), color: cli.color }),
      );
    });

async function read(cli: Cli, id: string, options: CommonOptions): Promise<SessionView> {
  try {
    return await cli.api(options).get<SessionView>(`/api/sessions/${encodeURIComponent(id)}`);
  } catch (error) {
    if (!(error instanceof CliError) || error.exitCode !== EXIT.notRunning) throw error;
    const dataDir = findDataDir(options, cli.env, cli.cwd);
    const wish = { type: 'named', name: id } as const;
    const alike = await cli.readOffline(dataDir, wish, placeOf(cli, options));
    if (alike === null) throw error;
    return pick(alike, id);
  }
}

function pick([only, ...others]: readonly SessionView[], id: string): SessionView {
  if (only === undefined) throw new CliError(`no session ${id}.  See: ao list`);
  if (others.length > 0)
    throw new CliError(
      `${id} could be ${[only, ...others].map((session) => session.id).join(', ')}.  Say which.`,
    );
  return only;
}
