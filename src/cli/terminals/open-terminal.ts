import type { SessionView } from '../../commands/views.ts';
import { findProgram } from '../../lib/program.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { CommonOptions } from '../common-options.ts';
import { findDataDir } from '../data-dir.ts';
import { loadForCli } from '../load-for-cli.ts';
import { sessionPath } from '../print-session.ts';
import { readSessions } from '../status.ts';
import { shellLine } from './shell-line.ts';
import { TERMINALS, terminalFor, type Wanted } from './terminals.ts';

/** Shows the agent's terminal where the person works; what can't be done is printed as the command that does it. */
export async function openTerminal(
  cli: Cli,
  id: string | undefined,
  options: CommonOptions,
): Promise<void> {
  const session = await sessionOf(cli, id, options);
  const wanted: Wanted = {
    name: session.id,
    argv: [
      process.execPath,
      process.argv[1] ?? 'ao',
      'attach',
      session.id,
      '--data-dir',
      findDataDir(options, cli.env, cli.cwd),
    ],
    folder: session.workspacePath,
  };
  const { config } = await loadForCli(cli, options);
  const terminal = terminalFor(config.terminal, cli.env, process.platform);
  const line = shellLine(wanted.argv);
  if (terminal === null) return cli.out(`${unknownWords(config.terminal)}  ${line}`);
  const argv = terminal.open(wanted, cli.env, process.platform);
  if (options.json) return cli.out(JSON.stringify({ terminal: terminal.title, argv }, null, 2));
  const program = argv[0] === 'setsid' ? (argv[2] ?? '') : (argv[0] ?? '');
  if ((await findProgram(program, cli.env.PATH)) === null)
    throw new CliError(
      `${program}, which opens ${terminal.title}, isn't on the PATH.  In any terminal:  ${line}`,
    );
  const code = await cli.exec(argv);
  if (code !== 0)
    throw new CliError(
      `${terminal.title} could not be opened (${program} ended with ${code}).  In any terminal:  ${line}`,
    );
  if (terminal.folderOnly === true)
    cli.out(`${terminal.title} shows the worktree.  In its terminal:  ${line}`);
}

const unknownWords = (configured: string | undefined): string =>
  configured === undefined
    ? `Which terminal this is isn't known; terminal: in ao.yaml says it (${Object.keys(TERMINALS).join(', ')}).  In any terminal:`
    : `${configured} is none of ${Object.keys(TERMINALS).join(', ')}.  In it:`;

/** The one that is named; the agent's own; else the only one that lives. */
async function sessionOf(
  cli: Cli,
  id: string | undefined,
  options: CommonOptions,
): Promise<SessionView> {
  const named = id ?? cli.env.AO_SESSION;
  if (named !== undefined) return cli.api(options).get<SessionView>(sessionPath(named));
  const { sessions } = await readSessions(cli, undefined, { ...options, all: false });
  const live = sessions.filter((session) => session.endedAt === null);
  const [only, ...others] = live;
  if (only === undefined) throw new CliError('no session is running.  Start one: ao spawn');
  if (others.length > 0)
    throw new CliError(
      `which one?  ao open --terminal ${live.map((session) => session.id).join(' | ')}`,
    );
  return only;
}
