import { and, eq, gt, gte, isNull, lte, sql } from 'drizzle-orm';
import { type LedgerRow, tokensOf } from '../domain/money/ledger.ts';
import type { ModelUsage } from '../domain/session/facts.ts';
import { payerOf } from '../domain/session/payer.ts';
import type { Session } from '../domain/session/session.ts';
import type { Db } from './open.ts';
import { usage } from './schema/tables.ts';

/** USD of tokens of a model on a day; null: no price is known. */
export type PriceOfTokens = (
  model: string,
  tokens: Omit<ModelUsage, 'model' | 'usd'>,
  day: string,
) => number | null;

const NO_PRICES: PriceOfTokens = () => null;
const KINDS = ['inputTokens', 'outputTokens', 'cacheReadTokens', 'cacheWriteTokens'] as const;

/**
 * Books running totals of a session: a day gets only what is more than was ever booked, so totals that are read again, in part or
 * whole, add nothing. `price` is asked where the agent names no price.
 */
export function bookUsage(
  db: Db,
  session: Session,
  day: string,
  models: readonly ModelUsage[],
  more: { pr?: string | null; price?: PriceOfTokens } = {},
): void {
  for (const total of models)
    bookModel(db, session, day, total, more.pr ?? null, more.price ?? NO_PRICES);
}

function bookModel(
  db: Db,
  session: Session,
  day: string,
  total: ModelUsage,
  pr: string | null,
  price: PriceOfTokens,
): void {
  const own = and(
    eq(usage.session, session.id),
    eq(usage.model, total.model),
    eq(usage.agent, session.agent),
  );
  const rows = db.select().from(usage).where(own).all();
  const added = addedTokens(total, rows);
  const tokens = tokensOf(added);
  const usd =
    total.usd === null ? price(total.model, added, day) : addedUsd(db, total.usd, rows, tokens);
  if (tokens === 0 && (usd ?? 0) <= 0) return;
  const today = rows.find((row) => row.day === day);
  const unpriced = usd === null ? tokens : 0;
  const row = {
    project: session.project,
    issue: session.task.type === 'issue' ? session.task.issue : null,
    // An orchestrator's workers are paid for by the person who started the orchestrator.
    starter: payerOf(session).subject,
    starterName: payerOf(session).name,
    inputTokens: (today?.inputTokens ?? 0) + added.inputTokens,
    outputTokens: (today?.outputTokens ?? 0) + added.outputTokens,
    cacheReadTokens: (today?.cacheReadTokens ?? 0) + added.cacheReadTokens,
    cacheWriteTokens: (today?.cacheWriteTokens ?? 0) + added.cacheWriteTokens,
    unpricedTokens: unpriced + (total.usd === null ? (today?.unpricedTokens ?? 0) : 0),
    usd: usd === null ? (today?.usd ?? null) : (todaysUsd(db, own, day) ?? 0) + usd,
  };
  db.insert(usage)
    .values({ session: session.id, day, model: total.model, agent: session.agent, pr, ...row })
    .onConflictDoUpdate({ target: [usage.session, usage.day, usage.model, usage.agent], set: row })
    .run();
}

const todaysUsd = (db: Db, own: ReturnType<typeof and>, day: string): number | null =>
  db
    .select({ usd: usage.usd })
    .from(usage)
    .where(and(own, eq(usage.day, day)))
    .get()?.usd ?? null;

function addedTokens(
  total: ModelUsage,
  rows: readonly LedgerRow[],
): Omit<ModelUsage, 'model' | 'usd'> {
  const added = KINDS.map((kind) => [
    kind,
    Math.max(
      0,
      rows.reduce((rest, row) => rest - row[kind], total[kind]),
    ),
  ]);
  return Object.fromEntries(added) as Record<(typeof KINDS)[number], number>;
}

/** Money that is new. Where tokens were booked before their price was known, they get their share of it by their number. */
function addedUsd(db: Db, total: number, rows: readonly LedgerRow[], tokens: number): number {
  const added = Math.max(0, total - rows.reduce((sum, row) => sum + (row.usd ?? 0), 0));
  const late = rows.filter((row) => row.unpricedTokens > 0);
  const all = late.reduce((sum, row) => sum + row.unpricedTokens, tokens);
  for (const row of late) setPrice(db, row, (added * row.unpricedTokens) / all);
  return late.length === 0 ? added : (added * tokens) / all;
}

function setPrice(db: Db, row: LedgerRow, usd: number): void {
  db.update(usage)
    .set({ usd: (row.usd ?? 0) + usd, unpricedTokens: 0 })
    .where(
      and(
        eq(usage.session, row.session),
        eq(usage.day, row.day),
        eq(usage.model, row.model),
        eq(usage.agent, row.agent),
      ),
    )
    .run();
}

/** Gives what was booked without any price the one that is known by now. Returns how many rows got one. */
export function priceUnpriced(db: Db, price: PriceOfTokens): number {
  const rows = db
    .select()
    .from(usage)
    .where(and(gt(usage.unpricedTokens, 0), isNull(usage.usd)))
    .all();
  return rows.filter((row) => {
    const usd = price(row.model, row, row.day);
    if (usd !== null) setPrice(db, row, usd);
    return usd !== null;
  }).length;
}

/** What a session used before it had a pull request was used for the first it opened; later ones have what comes after. */
export function nameRequest(db: Db, session: string, pr: string): void {
  db.update(usage)
    .set({ pr })
    .where(and(eq(usage.session, session), isNull(usage.pr)))
    .run();
}

/** Rows of the days from..to, both `YYYY-MM-DD`, inclusive. */
export const usageBetween = (db: Db, from: string, to: string): readonly LedgerRow[] =>
  db
    .select()
    .from(usage)
    .where(and(gte(usage.day, from), lte(usage.day, to)))
    .all();

/** Known money of a part of the ledger; what has no known price counts nothing. */
export function spentUsd(
  db: Db,
  scope: { session?: string; project?: string; starter?: string; from?: string; to?: string },
): number {
  const where = and(
    ...(scope.session === undefined ? [] : [eq(usage.session, scope.session)]),
    ...(scope.project === undefined ? [] : [eq(usage.project, scope.project)]),
    ...(scope.starter === undefined ? [] : [eq(usage.starter, scope.starter)]),
    ...(scope.from === undefined ? [] : [gte(usage.day, scope.from)]),
    ...(scope.to === undefined ? [] : [lte(usage.day, scope.to)]),
  );
  const row = db
    .select({ usd: sql<number>`coalesce(sum(${usage.usd}), 0)` })
    .from(usage)
    .where(where)
    .get();
  return row?.usd ?? 0;
}
