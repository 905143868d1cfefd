import { type Command, InvalidArgumentError } from 'commander';
import { plainText } from '../../lib/plain-text.ts';
import { baseCommand } from '../base-command.ts';
import type { Cli } from '../cli.ts';
import { usageError } from '../cli-error.ts';
import type { CommonOptions } from '../common-options.ts';
import { followLogs, type Logs } from '../follow-logs.ts';
import { sessionPath } from '../print-session.ts';

interface Options extends CommonOptions {
  readonly lines: number;
  readonly follow?: boolean;
  readonly check?: string;
}

export const logsCommand = (cli: Cli): Command =>
  baseCommand('logs', "Last lines of the agent's terminal, or the log of a check")
    .argument('[session]', 'the own session in the environment of an agent')
    .option('-n, --lines <count>', 'how many', positive, 100)
    .option('-f, --follow', 'keep printing, until the session ends or Ctrl-C')
    .option('--check <name>', 'the whole log of this check of the pull request')
    .action(async (given: string | undefined, options: Options) => {
      const id = given ?? cli.env.AO_SESSION;
      if (!id) throw usageError('which session?  ao logs SESSION');
      const api = cli.api(options);
      if (options.check !== undefined) {
        const log = await api.get<{ text: string }>(
          sessionPath(id, `/checks/${encodeURIComponent(options.check)}/log`),
        );
        return cli.out(options.json ? JSON.stringify(log, null, 2) : plainText(log.text).trimEnd());
      }
      if (options.follow) return followLogs(cli, api, id, options.lines);
      const logs = await api.get<Logs>(sessionPath(id, '/logs'), { lines: options.lines });
      cli.out(options.json ? JSON.stringify(logs, null, 2) : plainText(logs.text).trimEnd());
    });

function positive(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1)
    throw new InvalidArgumentError('a number of lines is 1 or more');
  return count;
}
