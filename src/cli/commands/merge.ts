import { type Command, Option } from 'commander';
import type { SessionView } from '../../commands/views.ts';
import { baseCommand } from '../base-command.ts';
import type { Cli } from '../cli.ts';
import type { CommonOptions } from '../common-options.ts';
import { printSession, sessionPath } from '../print-session.ts';

export const mergeCommand = (cli: Cli): Command =>
  baseCommand('merge', 'Merge the pull request of a session, through the merge gate')
    .argument('<session>')
    .addOption(new Option('--method <method>').choices(['squash', 'merge', 'rebase']))
    .option('--sha <commit>', 'only this head commit; what the head is now by default')
    .action(async (id: string, options: CommonOptions & { method?: string; sha?: string }) => {
      const api = cli.api(options);
      // What the person sees is what is merged: a push or another base in between makes the bot refuse.
      const { pr } = await api.get<SessionView>(sessionPath(id));
      const sha = options.sha ?? pr?.headSha;
      printSession(
        cli,
        await api.post<SessionView>(sessionPath(id, '/merge'), {
          sha,
          base: pr?.base,
          method: options.method,
        }),
        options,
      );
    });
