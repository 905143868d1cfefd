import type { Command } from 'commander';
import type { DiffView } from '../../commands/view/review.ts';
import { type Paint, painter } from '../../lib/colors.ts';
import { plainText } from '../../lib/plain-text.ts';
import { baseCommand } from '../base-command.ts';
import type { Cli } from '../cli.ts';
import type { CommonOptions } from '../common-options.ts';
import { sessionPath } from '../print-session.ts';

export const diffCommand = (cli: Cli): Command =>
  baseCommand('diff', 'What a session changed')
    .argument('<session>')
    .option('--stat', 'only which files, and how much')
    .action(async (id: string, options: CommonOptions & { stat?: boolean }) => {
      const diff = await cli.api(options).get<DiffView>(sessionPath(id, '/diff'));
      if (options.json) return cli.out(JSON.stringify(diff, null, 2));
      for (const line of aboutDiff(diff)) cli.out(line);
      if (diff.files === 0) return cli.out('No changes.');
      const paint = painter(cli.color);
      cli.out(
        plainText(options.stat ? diff.stat : diff.patch)
          .trimEnd()
          .split('\n')
          .map((line) => colored(line, paint))
          .join('\n'),
      );
    });

/** Which commit it is, and what the worktree has besides. */
function aboutDiff({ head, worktree }: DiffView): readonly string[] {
  if (head === null) return [];
  return [
    `PR #${head.number} at ${head.sha.slice(0, 7)}, into ${plainText(head.base)}`,
    ...(worktree?.headSha == null
      ? []
      : [`The worktree is at ${worktree.headSha.slice(0, 7)}, which isn't what would be merged.`]),
    ...(worktree === null || worktree.files.length === 0
      ? []
      : [`Not committed, and not in this: ${plainText(worktree.files.join(', '))}`]),
  ];
}

function colored(line: string, paint: Paint): string {
  if (/^(diff |index |--- |\+\+\+ )/.test(line)) return paint('bold', line);
  if (line.startsWith('@@')) return paint('cyan', line);
  if (line.startsWith('+')) return paint('green', line);
  return line.startsWith('-') ? paint('red', line) : line;
}
