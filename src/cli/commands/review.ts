import { Argument, type Command, InvalidArgumentError } from 'commander';
import type { SessionView } from '../../commands/views.ts';
import { baseCommand } from '../base-command.ts';
import type { Cli } from '../cli.ts';
import { usageError } from '../cli-error.ts';
import type { CommonOptions } from '../common-options.ts';
import { printSession, sessionPath } from '../print-session.ts';

interface Options extends CommonOptions {
  readonly file?: string;
  readonly line?: number;
}

export const reviewCommand = (cli: Cli): Command =>
  baseCommand('review', 'Review the pull request of a session (local scm)')
    .argument('<session>')
    .addArgument(new Argument('<decision>').choices(['approve', 'request-changes', 'comment']))
    .argument('[text...]', 'what you say; - reads it from stdin')
    .option('--file <path>', 'the comment is about this file')
    .option('--line <number>', 'and this line of it', lineNumber)
    .action(async (id: string, decision: string, words: string[], options: Options) => {
      const text =
        words.length === 1 && words[0] === '-'
          ? (await cli.readInput()).trimEnd()
          : words.join(' ');
      if (text === '' && decision !== 'approve')
        throw usageError(
          `${decision} needs words: ao review ${id} ${decision} "what should change"`,
        );
      const api = cli.api(options);
      const { pr } = await api.get<SessionView>(sessionPath(id));
      const body = {
        decision: decision.replace('-', '_'),
        text,
        file: options.file,
        line: options.line,
        sha: pr?.headSha,
        base: pr?.base,
      };
      printSession(cli, await api.post<SessionView>(sessionPath(id, '/review'), body), options);
    });

function lineNumber(text: string): number {
  const line = Number(text);
  if (!Number.isInteger(line) || line < 1)
    throw new InvalidArgumentError('a line number is 1 or more');
  return line;
}
