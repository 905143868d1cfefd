import type { Command } from 'commander';
import { type Paint, painter } from '../../lib/colors.ts';
import { plainText } from '../../lib/plain-text.ts';
import { baseCommand } from '../base-command.ts';
import type { Cli } from '../cli.ts';
import type { CommonOptions } from '../common-options.ts';
import { sessionPath } from '../print-session.ts';

interface Diff {
  readonly stat: string;
  readonly patch: string;
  readonly additions: number;
  readonly deletions: number;
  readonly files: number;
}

export const diffCommand = (cli: Cli): Command =>
  baseCommand('diff', 'What a session changed')
    .argument('<session>')
    .option('--stat', 'only which files, and how much')
    .action(async (id: string, options: CommonOptions & { stat?: boolean }) => {
      const diff = await cli.api(options).get<Diff>(sessionPath(id, '/diff'));
      if (options.json) return cli.out(JSON.stringify(diff, null, 2));
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

function colored(line: string, paint: Paint): string {
  if (/^(diff |index |--- |\+\+\+ )/.test(line)) return paint('bold', line);
  if (line.startsWith('@@')) return paint('cyan', line);
  if (line.startsWith('+')) return paint('green', line);
  return line.startsWith('-') ? paint('red', line) : line;
}
