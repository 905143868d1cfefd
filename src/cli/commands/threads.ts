import type { Command } from 'commander';
import type { ThreadView } from '../../commands/view/review.ts';
import { formatTable } from '../../lib/table.ts';
import { baseCommand } from '../base-command.ts';
import type { Cli } from '../cli.ts';
import type { CommonOptions } from '../common-options.ts';
import { ownSession } from '../own-session.ts';
import { sessionPath } from '../print-session.ts';

export const threadsCommand = (cli: Cli): Command =>
  baseCommand('threads', 'Review threads of the pull request of a session')
    .argument('[session]', "AO_SESSION by default, which an agent's environment has")
    .option('--all', 'resolved ones too')
    .action(async (given: string | undefined, options: CommonOptions & { all?: boolean }) => {
      const id = ownSession(cli, given);
      const threads = await cli
        .api(options)
        .get<readonly ThreadView[]>(sessionPath(id, '/threads'));
      const shown = threads.filter((thread) => options.all === true || !thread.resolved);
      if (options.json) return cli.out(JSON.stringify(shown, null, 2));
      if (shown.length === 0)
        return cli.out(
          `No review thread is open.${threads.length > 0 && options.all !== true ? `  ao threads ${id} --all` : ''}`,
        );
      cli.out(formatTable([['THREAD', 'WHERE', 'BY', 'SAID'], ...shown.map(row)], cli.columns));
    });

function row(thread: ThreadView): readonly string[] {
  const where =
    thread.file === null ? '-' : `${thread.file}${thread.line === null ? '' : `:${thread.line}`}`;
  const last = thread.comments.at(-1);
  return [
    `${thread.ref}${thread.resolved ? ' (resolved)' : ''}`,
    where,
    last?.author ?? '-',
    (last?.body ?? '').replace(/\s+/g, ' ').trim(),
  ];
}
