import { type Command, Option } from 'commander';
import type { IssueView } from '../../commands/views.ts';
import { plainLine } from '../../lib/plain-text.ts';
import { formatTable } from '../../lib/table.ts';
import { baseCommand } from '../base-command.ts';
import type { Cli } from '../cli.ts';
import type { CommonOptions } from '../common-options.ts';

interface Options extends CommonOptions {
  readonly project?: string;
  readonly state: string;
}

export const issuesCommand = (cli: Cli): Command =>
  baseCommand('issues', 'Issues of the tracker, and the session that works on each')
    .argument('[text...]', 'words to look for')
    .option('--project <id>', 'project id; not needed where there is only one')
    .addOption(new Option('--state <state>').choices(['open', 'closed', 'all']).default('open'))
    .action(async (words: string[], options: Options) => {
      const query = {
        project: options.project,
        state: options.state,
        text: words.length === 0 ? undefined : words.join(' '),
      };
      const issues = await cli.api(options).get<readonly IssueView[]>('/api/issues', query);
      if (options.json) return cli.out(JSON.stringify(issues, null, 2));
      if (issues.length === 0) return cli.out('No issues.');
      const several = new Set(issues.map((issue) => issue.project)).size > 1;
      const rows = issues.map((issue) => [
        issue.id,
        ...(several ? [issue.project] : []),
        issue.state,
        issue.session ?? '-',
        issue.labels.map(plainLine).join(',') || '-',
        plainLine(issue.title),
      ]);
      cli.out(
        formatTable(
          [
            ['ISSUE', ...(several ? ['PROJECT'] : []), 'STATE', 'SESSION', 'LABELS', 'TITLE'],
            ...rows,
          ],
          cli.columns,
        ),
      );
    });
