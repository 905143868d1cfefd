import { and, eq, gte, lte, sql } from 'drizzle-orm';
import type { ModelUsage, UsageFact } from '../domain/facts.ts';
import type { Session } from '../domain/session.ts';
import { totalsByAgent } from '../domain/usage.ts';
import type { Db } from './open.ts';
import { usage } from './schema/tables.ts';

export type UsageRow = typeof usage.$inferSelect;

/**
 * Books running totals of a session, each agent's own: each day holds only what was added on it, so reading the same totals again
 * adds nothing.
 */
export function bookUsage(db: Db, session: Session, day: string, fact: UsageFact): void {
  for (const { agent, models } of totalsByAgent(session.agent, fact)) {
    for (const total of models) bookModel(db, session, day, agent, total);
  }
}

function bookModel(db: Db, session: Session, day: string, agent: string, total: ModelUsage): void {
  const before = db
    .select()
    .from(usage)
    .where(and(eq(usage.session, session.id), eq(usage.agent, agent), eq(usage.model, total.model)))
    .all()
    .filter((row) => row.day !== day);
  const sum = (pick: (row: UsageRow) => number): number => before.reduce((n, row) => n + pick(row), 0);
  const row = {
    project: session.project,
    issue: session.task.type === 'issue' ? session.task.issue : null,
    starter: session.startedBy.subject,
    inputTokens: Math.max(0, total.inputTokens - sum((r) => r.inputTokens)),
    outputTokens: Math.max(0, total.outputTokens - sum((r) => r.outputTokens)),
    cacheReadTokens: Math.max(0, total.cacheReadTokens - sum((r) => r.cacheReadTokens)),
    cacheWriteTokens: Math.max(0, total.cacheWriteTokens - sum((r) => r.cacheWriteTokens)),
    usd: total.usd === null ? null : Math.max(0, total.usd - sum((r) => r.usd ?? 0)),
  };
  db.insert(usage)
    .values({ session: session.id, day, agent, model: total.model, ...row })
    .onConflictDoUpdate({ target: [usage.session, usage.day, usage.agent, usage.model], set: row })
    .run();
}

/** Rows of the days from..to, both `YYYY-MM-DD`, inclusive. */
export const usageBetween = (db: Db, from: string, to: string): readonly UsageRow[] =>
  db
    .select()
    .from(usage)
    .where(and(gte(usage.day, from), lte(usage.day, to)))
    .all();

export const usageOfSession = (db: Db, session: string): { tokens: number; usd: number | null } => {
  const row = db
    .select({
      tokens: sql<number>`coalesce(sum(${usage.inputTokens} + ${usage.outputTokens} + ${usage.cacheReadTokens} + ${usage.cacheWriteTokens}), 0)`,
      usd: sql<number | null>`sum(${usage.usd})`,
    })
    .from(usage)
    .where(eq(usage.session, session))
    .get();
  return { tokens: row?.tokens ?? 0, usd: row?.usd ?? null };
};
