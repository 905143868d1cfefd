import type { Command } from 'commander';
import type { InboxItem } from '../../commands/views.ts';
import { relativeTime } from '../../lib/duration.ts';
import { plainLine } from '../../lib/plain-text.ts';
import { formatTable } from '../../lib/table.ts';
import { baseCommand } from '../base-command.ts';
import type { Cli } from '../cli.ts';
import type { CommonOptions } from '../common-options.ts';

/** What to type about each kind of item. */
const NEXT: Readonly<Record<InboxItem['kind'], (item: InboxItem) => string>> = {
  question: (item) => `ao answer ${item.session} …`,
  permission: (item) => `ao answer ${item.session} …`,
  escalation: (item) => `ao ack ${item.session} ${item.key ?? ''}`.trimEnd(),
  merge: (item) => `ao merge ${item.session}`,
  review: (item) => `ao review ${item.session} approve`,
  waits: (item) => `ao show ${item.session}`,
  failed_message: (item) => `ao show ${item.session}`,
  start: (item) => `ao resume ${item.session}`,
};

export const inboxCommand = (cli: Cli): Command =>
  baseCommand('inbox', 'What needs you now')
    .option('--all', 'what needs anybody')
    .action(async (options: CommonOptions & { all?: boolean }) => {
      const items = await cli
        .api(options)
        .get<readonly InboxItem[]>(options.all ? '/api/inbox?all=true' : '/api/inbox');
      if (options.json) return cli.out(JSON.stringify(items, null, 2));
      if (items.length === 0) return cli.out('Nothing needs you.');
      const rows = items.map((item) => [
        item.session,
        item.kind,
        relativeTime(item.since, cli.now()),
        plainLine(item.owner.name),
        NEXT[item.kind](item),
        plainLine(item.title),
      ]);
      cli.out(formatTable([['SESSION', 'WHAT', 'SINCE', 'WHO', 'TYPE', ''], ...rows], cli.columns));
    });
