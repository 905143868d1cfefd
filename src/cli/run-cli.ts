import { CommanderError } from 'commander';
import { nearest } from '../lib/nearest.ts';
import { withoutAlias } from './aliases.ts';
import type { Cli } from './cli.ts';
import { CliError, EXIT, usageError } from './cli-error.ts';
import { commandNames, programWith } from './program.ts';

/** Runs one command line and returns the exit code. Never throws: what goes wrong is one line on stderr. */
export async function runCli(given: readonly string[], cli: Cli): Promise<number> {
  const argv = withoutAlias(given);
  try {
    if (argv[0] === '__complete')
      return await printCandidates(argv.slice(argv[1] === '--' ? 2 : 1), cli);
    if (argv[0] === '__gh') return await agentsGh(argv.slice(1), cli);
    const name = argv.find((word) => !word.startsWith('-'));
    const known = name !== undefined && commandNames.includes(name);
    if (name !== undefined && !known && name !== 'help') throw unknownCommand(name);
    const program = await programWith(cli, known ? [name] : commandNames);
    if (argv.length === 0) program.outputHelp();
    else await program.parseAsync([...argv], { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    return report(error, argv, cli);
  }
}

/** For the completion scripts: the words typed so far, the unfinished one last. Prints `candidate<TAB>description` lines. */
async function printCandidates(words: readonly string[], cli: Cli): Promise<number> {
  const { candidates } = await import('./completion-candidates.ts');
  for (const { word, about } of await candidates(cli, words)) cli.out(`${word}\t${about}`);
  return EXIT.ok;
}

/** What bin/agent/gh runs. */
async function agentsGh(args: readonly string[], cli: Cli): Promise<number> {
  const { runGh } = await import('./gh/run-gh.ts');
  const { stdout, stderr } = process;
  return runGh(args, {
    env: cli.env,
    cwd: process.cwd(),
    terminal: stdout.isTTY,
    now: cli.now,
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
  });
}

function unknownCommand(name: string): CliError {
  const meant = nearest(name, commandNames);
  return usageError(
    `"ao ${name}" isn't a command.  ${meant === null ? 'See: ao help' : `Did you mean  ao ${meant} ?`}`,
  );
}

function report(error: unknown, argv: readonly string[], cli: Cli): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.ok;
    if (error.code === 'commander.help') return EXIT.usage;
    const command = argv.find((word) => !word.startsWith('-'));
    const [message = ''] = error.message.replace(/^error: /, '').split('\n');
    cli.err(
      `error: ${message.replace(/\.$/, '')}.  See: ao ${command === undefined ? '--help' : `${command} --help`}`,
    );
    return EXIT.usage;
  }
  if (error instanceof CliError) {
    if (error.message !== '') cli.err(`error: ${error.message}`);
    for (const detail of error.details) cli.err(detail);
    return error.exitCode;
  }
  const { message, stack } = error as Error;
  cli.err(`error: ${message}`);
  if (cli.env.AO_DEBUG) cli.err(stack ?? '');
  return EXIT.failed;
}
