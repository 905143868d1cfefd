import { Argument, type Command, Option } from 'commander';
import type { CostView } from '../../commands/view/cost.ts';
import { costCsv } from '../../domain/money/cost-csv.ts';
import { COST_SPANS, type CostSpan } from '../../domain/money/cost-period.ts';
import { COST_GROUPS, type CostGroup } from '../../domain/money/ledger.ts';
import { isDay } from '../../domain/session/calendar.ts';
import { formatCount, formatUsd } from '../../lib/money.ts';
import { formatTable } from '../../lib/table.ts';
import { baseCommand } from '../base-command.ts';
import type { Cli } from '../cli.ts';
import { usageError } from '../cli-error.ts';
import type { CommonOptions } from '../common-options.ts';

interface Options extends CommonOptions {
  readonly by: CostGroup;
  readonly from?: string;
  readonly to?: string;
  readonly csv?: boolean;
}

export const costCommand = (cli: Cli): Command =>
  baseCommand('cost', 'Money and tokens')
    .addArgument(
      new Argument('[span]', 'the week begins on Monday, the month on the first')
        .choices(COST_SPANS)
        .default('month'),
    )
    .addOption(
      new Option('--by <what>', 'what to add up by').choices(COST_GROUPS).default('project'),
    )
    .option('--from <day>', 'first day, e.g. 2026-11-01; goes before the span')
    .option('--to <day>', 'last day')
    .option('--csv', 'for a spreadsheet')
    .action(async (span: CostSpan, options: Options) => {
      const { from, to, by } = options;
      for (const day of [from, to])
        if (day !== undefined && !isDay(day))
          throw usageError(`"${day}" isn't a day.  Use one such as 2026-11-01.`);
      const cost = await cli.api(options).get<CostView>('/api/cost', {
        span,
        by,
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
      });
      if (options.json) return cli.out(JSON.stringify(cost, null, 2));
      cli.out(options.csv ? costCsv(by, cost.rows).trimEnd() : costTable(cost, cli.columns));
    });

function costTable(cost: CostView, columns: number | null): string {
  const rows = cost.rows.map((row) => [
    row.label,
    partlyKnown(row.usd, row.unpricedTokens),
    formatCount(row.tokens),
    String(row.sessions),
  ]);
  const total = [
    'total',
    partlyKnown(cost.totalUsd, cost.unpriced.length),
    formatCount(cost.totalTokens),
    '',
  ];
  const table = formatTable(
    [[cost.by.toUpperCase(), 'COST', 'TOKENS', 'SESSIONS'], ...rows, total],
    columns,
  );
  const days = cost.from === cost.to ? cost.from : `${cost.from} to ${cost.to}`;
  const about = `${days}, ${cost.timezone}`;
  return cost.unpriced.length === 0
    ? `${table}\n${about}`
    : `${table}\n${about}\nNo price known for: ${cost.unpriced.join(', ')}  (prices in ao.yaml)`;
}

/** `$1.84+`: more than that, for a part of it has no known price. */
const partlyKnown = (usd: number | null, unpriced: number): string =>
  `${formatUsd(usd)}${usd !== null && unpriced > 0 ? '+' : ''}`;
