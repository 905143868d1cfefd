import { and, eq, lt } from 'drizzle-orm';
import type { Db } from './open.ts';
import { inbound } from './schema/tables.ts';

export type Claim = { readonly fresh: true } | { readonly fresh: false; readonly reply: unknown };

/** Takes a delivery, once for ever. Call inside the transaction that records its consequence. */
export function claimDelivery(db: Db, platform: string, delivery: string, now: number): Claim {
  const taken =
    db.insert(inbound).values({ platform, delivery, at: now }).onConflictDoNothing().run().changes >
    0;
  if (taken) return { fresh: true };
  const row = db
    .select({ reply: inbound.reply })
    .from(inbound)
    .where(and(eq(inbound.platform, platform), eq(inbound.delivery, delivery)))
    .get();
  return { fresh: false, reply: row?.reply == null ? null : JSON.parse(row.reply) };
}

export const isClaimed = (db: Db, platform: string, delivery: string): boolean =>
  db
    .select({ at: inbound.at })
    .from(inbound)
    .where(and(eq(inbound.platform, platform), eq(inbound.delivery, delivery)))
    .get() !== undefined;

export function saveReply(db: Db, platform: string, delivery: string, reply: unknown): void {
  db.update(inbound)
    .set({ reply: JSON.stringify(reply) })
    .where(and(eq(inbound.platform, platform), eq(inbound.delivery, delivery)))
    .run();
}

export const pruneInbound = (db: Db, before: number): number =>
  db.delete(inbound).where(lt(inbound.at, before)).run().changes;
