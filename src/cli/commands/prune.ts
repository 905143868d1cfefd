import type { Command } from 'commander';
import type { PruneItem } from '../../commands/view/prune.ts';
import { plainLine } from '../../lib/plain-text.ts';
import { formatTable } from '../../lib/table.ts';
import { baseCommand } from '../base-command.ts';
import type { Cli } from '../cli.ts';
import { CliError } from '../cli-error.ts';
import type { CommonOptions } from '../common-options.ts';

export const pruneCommand = (cli: Cli): Command =>
  baseCommand(
    'prune',
    'What ao left behind and nobody needs: old snapshots, worktrees without a session, terminals of ended agents',
  )
    .option('--dry-run', 'only say what would go (the default)')
    .option('--apply', 'remove it')
    .action(async (options: CommonOptions & { apply?: boolean }) => {
      const items = await cli
        .api(options)
        .post<readonly PruneItem[]>('/api/prune', { apply: options.apply === true });
      if (options.json) return cli.out(JSON.stringify(items, null, 2));
      if (items.length === 0) return cli.out('Nothing is left behind.');
      const rows = items.map((item) => [
        item.kind,
        item.session,
        outcome(item),
        plainLine(item.what),
      ]);
      cli.out(formatTable([['WHAT', 'SESSION', '', ''], ...rows], cli.columns));
      const left = items.filter((item) => item.done?.refusal != null).length;
      if (left > 0)
        throw new CliError(
          `${left === 1 ? 'one of them is' : `${left} of them are`} still there; the reason is beside each.`,
        );
      if (options.apply !== true)
        cli.out(
          `${items.length === 1 ? 'One thing' : `${items.length} things`}; nothing was removed.  Remove: ao prune --apply`,
        );
    });

function outcome({ done }: PruneItem): string {
  if (done === null) return 'would go';
  return done.refusal === null ? 'gone' : plainLine(done.refusal);
}
