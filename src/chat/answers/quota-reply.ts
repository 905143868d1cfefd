/** `/ao quota`: limits of the forges and who used them. */
import type { QuotaAccountView, QuotaAgentView, QuotaView } from '../../commands/view/quota.ts';
import type { Block, ChatReply } from '../../slots/chat.ts';
import { context, textBlock, whisper } from '../words/message.ts';
import { count, escapeMarkdown, oneLine, timeAhead, tokenCount } from '../words/wording.ts';
import { say } from './refusals.ts';

export function quotaReply(quota: QuotaView, now: number): ChatReply {
  if (quota.accounts.length === 0 && quota.agents.length === 0 && quota.unknown.length === 0)
    return say('No forge with a rate limit has been asked yet.');
  const line =
    quota.accounts.length === 0
      ? 'Rate limits:'
      : quota.accounts.map((account) => accountLine(account, now)).join(' ');
  return whisper(line, line.replace(/[*_]/g, '\\$&'), [
    ...quota.accounts.flatMap((account) => accountBlocks(account, now)),
    ...agentBlocks(quota.agents),
    ...quota.unknown.map((one) =>
      context(`${escapeMarkdown(one.project)}: ${escapeMarkdown(one.reason)}`),
    ),
  ]);
}

/** One sentence that also makes sense as a notification. */
function accountLine(account: QuotaAccountView, now: number): string {
  const worst = account.limits.toSorted((a, b) => a.remaining / a.limit - b.remaining / b.limit)[0];
  const used =
    worst === undefined
      ? 'nothing used yet'
      : `${Math.round((worst.used / worst.limit) * 100)} % used`;
  return `${oneLine(account.account, 80)}: ${used}. ${paceLine(account.pace, now)}`;
}

function paceLine(pace: QuotaAccountView['pace'], now: number): string {
  switch (pace.state) {
    case 'normal':
      return 'ao polls as configured.';
    case 'slow':
      return `ao polls ${pace.factor} times slower, so that the limit is not reached.`;
    case 'held':
      return `ao does not poll before ${pace.until === null ? 'the limit is renewed' : timeAhead(pace.until, now)}; people and merges continue where GitHub lets them.`;
  }
}

function accountBlocks(account: QuotaAccountView, now: number): readonly Block[] {
  const limits: Block = {
    type: 'table',
    columns: ['Limit', 'Used', 'Left', 'Renewed'],
    rows: account.limits.map((limit) => [
      limit.name,
      `${tokenCount(limit.used)} of ${tokenCount(limit.limit)}`,
      tokenCount(limit.remaining),
      timeAhead(limit.resetAt, now),
    ]),
  };
  const bot: Block = {
    type: 'table',
    columns: ['ao, for', 'Points', 'Calls', 'Unchanged (free)'],
    rows: account.bot.map((use) => [
      use.purpose,
      String(use.points),
      String(use.requests),
      String(use.unchanged),
    ]),
  };
  const projects = `${count(account.projects.length, 'project')}: ${account.projects.map(escapeMarkdown).join(', ')} · peak of the last 24 h ${Math.round(account.peak * 100)} %`;
  return [
    context(projects),
    ...(account.limits.length === 0 ? [] : [limits]),
    ...(account.bot.length === 0 ? [] : [bot]),
  ];
}

function agentBlocks(agents: readonly QuotaAgentView[]): readonly Block[] {
  if (agents.length === 0) return [];
  const rows = agents
    .slice(0, 20)
    .map((agent) => [
      agent.session,
      String(agent.reads),
      String(agent.cached),
      String(agent.unchanged),
      String(agent.writes),
      String(agent.failed),
    ]);
  return [
    textBlock('Agents, through gh:'),
    {
      type: 'table',
      columns: ['Session', 'Reads', 'From the cache', 'Unchanged (free)', 'Writes', 'Failed'],
      rows,
    },
  ];
}
