import { eventsBetween } from '../db/event-store.ts';
import { spentUsd, usageBetween } from '../db/usage-store.ts';
import { type LedgerRow, partsBy, seriesBy, sumOf, sumUsd } from '../domain/money/ledger.ts';
import { addDays, daysBetween, monthStart } from '../domain/session/calendar.ts';
import { DIGEST_EVENTS, happened, type Stretch } from '../domain/session/digest.ts';
import { inboxItems } from './inbox.ts';
import type { CommandParts } from './parts.ts';
import { view } from './parts.ts';
import { quotaView } from './quota.ts';
import type { DigestSession, DigestView } from './view/digest.ts';

const DAY = 86_400_000;
/** Something may have waited this long before it was answered. */
const LONGEST_WAIT = 14 * DAY;
const CHART_DAYS = 30;

/** The last 24 hours unless told. Costs are those of the ledger, by whole days of the configured time zone up to the one that holds the end. */
export async function digest(parts: CommandParts, stretch: Stretch | null): Promise<DigestView> {
  const now = parts.clock.now();
  const { from, to } = stretch ?? { from: now - DAY, to: now };
  const days = parts.days();
  const today = days.dayOf(to);
  const month = monthStart(today);
  const chartFrom = addDays(today, 1 - CHART_DAYS);
  const ledger = usageBetween(parts.db, chartFrom < month ? chartFrom : month, today);
  const between = (first: string, last: string): readonly LedgerRow[] =>
    ledger.filter((row) => row.day >= first && row.day <= last);
  const told = happened(eventsBetween(parts.db, DIGEST_EVENTS, from - LONGEST_WAIT, to), {
    from,
    to,
  });
  const merged = told.merged.map(({ session, pr }) => sessionOf(parts, session, pr));
  const waiting = inboxItems(parts, null);
  const inWindow = between(days.dayOf(from + 1), today);
  return {
    from,
    to,
    timezone: days.zone,
    day: today,
    merged,
    opened: told.opened.map(({ session, pr }) => sessionOf(parts, session, pr)),
    failed: told.failed.map(({ session, cause, reason }) => ({
      ...sessionOf(parts, session, null),
      cause,
      reason,
    })),
    waiting,
    cost: {
      todayUsd: sumUsd(between(today, today)),
      yesterdayUsd: sumUsd(between(addDays(today, -1), addDays(today, -1))),
      monthUsd: sumUsd(between(month, today)),
      monthBudgetUsd: parts.monthBudget(),
      perMergedUsd:
        merged.length === 0
          ? null
          : merged.reduce((sum, one) => sum + spentUsd(parts.db, { session: one.session }), 0) /
            merged.length,
      byAgent: partsBy('agent', between(month, today)),
      byProject: partsBy('project', between(month, today)),
      byModel: partsBy('model', between(month, today)),
      unpriced: [
        ...new Set(
          between(month, today).flatMap((row) => (row.unpricedTokens > 0 ? [row.model] : [])),
        ),
      ].toSorted(),
    },
    ciRounds: told.ciRounds,
    flakyReruns: told.flakyReruns,
    longestWait: told.longestWait,
    quota: (await quotaView(parts, [])).accounts.map(({ account, peak }) => ({ account, peak })),
    series: seriesBy('agent', between(chartFrom, today), daysBetween(chartFrom, today)),
    quiet:
      merged.length + told.opened.length + told.failed.length + waiting.length === 0 &&
      sumOf(inWindow).tokens === 0,
  };
}

/** Of a session that was deleted only its id is left. */
function sessionOf(parts: CommandParts, id: string, pr: string | null): DigestSession {
  const snapshot = parts.dispatch.snapshot(id);
  const fact = snapshot?.prs.find((candidate) => candidate.key === pr) ?? null;
  const shown = snapshot === null ? null : view(parts, snapshot);
  return {
    session: id,
    project: shown?.project ?? null,
    title: fact?.title ?? shown?.title ?? id,
    pr:
      pr === null
        ? null
        : {
            key: pr,
            number: fact?.number ?? Number(/#(\d+)$/.exec(pr)?.[1] ?? 0),
            url: fact?.url ?? null,
          },
    usd: spentUsd(parts.db, { session: id }),
  };
}
