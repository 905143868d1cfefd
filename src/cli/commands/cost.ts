import { Argument, type Command, Option } from 'commander';
import type { CostView } from '../../commands/views.ts';
import { formatCount, formatUsd } from '../../lib/money.ts';
import { formatTable } from '../../lib/table.ts';
import { baseCommand } from '../base-command.ts';
import type { Cli, CommonOptions } from '../cli.ts';
import { usageError } from '../cli-error.ts';

interface Options extends CommonOptions {
  readonly by: CostView['by'];
  readonly from?: string;
  readonly to?: string;
}

const DAYS = { today: 0, week: 6, month: 29 } as const;

export const costCommand = (cli: Cli): Command =>
  baseCommand('cost', 'Money and tokens')
    .addArgument(new Argument('[span]').choices(Object.keys(DAYS)).default('month'))
    .addOption(new Option('--by <what>').choices(['project', 'user', 'agent', 'model', 'session', 'day']).default('project'))
    .option('--from <day>', 'first day, e.g. 2026-11-01')
    .option('--to <day>', 'last day')
    .action(async (span: keyof typeof DAYS, options: Options) => {
      const cost = await cli.api(options).get<CostView>('/api/cost', { ...rangeOf(span, options, cli.now()), by: options.by });
      cli.out(options.json ? JSON.stringify(cost, null, 2) : costTable(cost, cli.columns));
    });

/** Whole days in this machine's time zone, ms UTC; the end is not part of it. */
function rangeOf(span: keyof typeof DAYS, options: Options, now: number): { from: number; to: number } {
  const dayStart = (date: Date, shift: number): number => new Date(date.getFullYear(), date.getMonth(), date.getDate() + shift).getTime();
  const parse = (text: string, shift: number): number => {
    const date = new Date(`${text}T00:00`);
    if (Number.isNaN(date.getTime())) throw usageError(`"${text}" is no day.  Use one such as 2026-11-01.`);
    return dayStart(date, shift);
  };
  const today = new Date(now);
  return {
    from: options.from === undefined ? dayStart(today, -DAYS[span]) : parse(options.from, 0),
    to: options.to === undefined ? dayStart(today, 1) : parse(options.to, 1),
  };
}

function costTable(cost: CostView, columns: number | null): string {
  const rows = cost.rows.map((row) => [row.key, formatUsd(row.usd), formatCount(row.tokens), String(row.sessions)]);
  const total = ['total', formatUsd(cost.totalUsd), formatCount(cost.totalTokens), ''];
  const table = formatTable([[cost.by.toUpperCase(), 'COST', 'TOKENS', 'SESSIONS'], ...rows, total], columns);
  return cost.unpriced.length === 0 ? table : `${table}\nNo price known for: ${cost.unpriced.join(', ')}`;
}
