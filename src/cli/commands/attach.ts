import type { Command } from 'commander';
import { baseCommand } from '../base-command.ts';
import type { Cli } from '../cli.ts';
import { CliError, EXIT } from '../cli-error.ts';
import type { CommonOptions } from '../common-options.ts';
import { sessionPath } from '../print-session.ts';

interface Attach {
  readonly argv: readonly string[];
  readonly readOnlyArgv: readonly string[];
}

export const attachCommand = (cli: Cli): Command =>
  baseCommand('attach', "The agent's own terminal (leave it with Ctrl-\\)")
    .argument('<session>')
    .option('--read-only', 'look, without typing')
    .action(async (id: string, options: CommonOptions & { readOnly?: boolean }) => {
      const attach = await cli.api(options).get<Attach>(sessionPath(id, '/attach'));
      if (options.json) return cli.out(JSON.stringify(attach, null, 2));
      const argv = options.readOnly ? attach.readOnlyArgv : attach.argv;
      if (!cli.interactive) throw new CliError(`this isn't a terminal.  In one: ${argv.join(' ')}`);
      const code = await cli.inTerminal(argv);
      if (code !== 0)
        throw new CliError(
          `the terminal ended with ${code}.  Is the session still running?  ao show ${id}`,
          EXIT.failed,
        );
    });
