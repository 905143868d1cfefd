import type { Command } from 'commander';
import type { QuotaAccountView, QuotaAgentView, QuotaView } from '../../commands/view/quota.ts';
import { formatCount } from '../../lib/money.ts';
import { formatTable } from '../../lib/table.ts';
import { baseCommand } from '../base-command.ts';
import type { Cli } from '../cli.ts';
import type { CommonOptions } from '../common-options.ts';

export const quotaCommand = (cli: Cli): Command =>
  baseCommand('quota', "The forges' rate limits: what is left, who used it").action(
    async (options: CommonOptions) => {
      const quota = await cli.api(options).get<QuotaView>('/api/quota');
      cli.out(
        options.json ? JSON.stringify(quota, null, 2) : quotaText(quota, cli.columns, cli.now()),
      );
    },
  );

function quotaText(quota: QuotaView, columns: number | null, now: number): string {
  const parts = [
    ...quota.accounts.map((account) => accountText(account, columns, now)),
    ...(quota.agents.length === 0 ? [] : [agentsText(quota.agents, columns)]),
    ...quota.unknown.map((one) => `${one.project}: ${one.reason}`),
  ];
  return parts.length === 0 ? 'No forge with a rate limit has been asked yet.' : parts.join('\n\n');
}

function accountText(account: QuotaAccountView, columns: number | null, now: number): string {
  const limits = account.limits.map((limit) => [
    limit.name,
    `${formatCount(limit.used)} of ${formatCount(limit.limit)}`,
    formatCount(limit.remaining),
    inTime(limit.resetAt, now),
  ]);
  const uses = account.bot.map((use) => [
    use.purpose,
    String(use.points),
    String(use.requests),
    String(use.unchanged),
  ]);
  return [
    `${account.account} (${account.projects.join(', ')}), peak of the last 24 h ${Math.round(account.peak * 100)} %.  ${paceText(account.pace, now)}`,
    ...(limits.length === 0
      ? []
      : [formatTable([['LIMIT', 'USED', 'LEFT', 'RENEWED'], ...limits], columns)]),
    ...(uses.length === 0
      ? []
      : [formatTable([['AO, FOR', 'POINTS', 'CALLS', 'UNCHANGED'], ...uses], columns)]),
  ].join('\n');
}

function agentsText(agents: readonly QuotaAgentView[], columns: number | null): string {
  const rows = agents.map((agent) => [
    agent.session,
    String(agent.reads),
    String(agent.cached),
    String(agent.unchanged),
    String(agent.writes),
    String(agent.failed),
  ]);
  return formatTable(
    [['AGENT OF', 'READS', 'CACHED', 'UNCHANGED', 'WRITES', 'FAILED'], ...rows],
    columns,
  );
}

function paceText(pace: QuotaAccountView['pace'], now: number): string {
  if (pace.state === 'held')
    return `Polling waits${pace.until === null ? '' : ` and goes on ${inTime(pace.until, now)}`}.`;
  return pace.state === 'slow'
    ? `Polling is ${pace.factor} times slower, so that the limit is not reached.`
    : 'Polling goes as configured.';
}

function inTime(at: number, now: number): string {
  const seconds = Math.round((at - now) / 1_000);
  if (seconds <= 0) return 'now';
  return seconds < 90 ? `in ${seconds} s` : `in ${Math.round(seconds / 60)} min`;
}
