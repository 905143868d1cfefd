import { and, asc, eq, sql } from 'drizzle-orm';
import type { Db } from './open.ts';
import { identities } from './schema/tables.ts';

/** A person of a chat is this login at this forge. */
export interface Identity {
  readonly subject: string;
  readonly forge: string;
  readonly login: string;
  readonly at: number;
  /** `comment`: the login itself wrote the code; `admin`: an admin vouched for it. */
  readonly proof: 'comment' | 'admin';
}

const at = (subject: string, forge: string) =>
  and(eq(identities.subject, subject), eq(identities.forge, forge));

export const loginOf = (db: Db, subject: string, forge: string): string | null =>
  db.select({ login: identities.login }).from(identities).where(at(subject, forge)).get()?.login ??
  null;

/** Everybody who linked this login, whatever its case. */
export const subjectsOf = (db: Db, forge: string, login: string): readonly string[] =>
  db
    .select({ subject: identities.subject })
    .from(identities)
    .where(
      and(eq(identities.forge, forge), eq(sql`lower(${identities.login})`, login.toLowerCase())),
    )
    .all()
    .map(({ subject }) => subject);

export function setIdentity(db: Db, identity: Identity): void {
  const { subject, forge, ...rest } = identity;
  db.insert(identities)
    .values(identity)
    .onConflictDoUpdate({ target: [identities.subject, identities.forge], set: rest })
    .run();
}

/** How many there were. */
export const removeIdentities = (db: Db, subject: string): number =>
  db.delete(identities).where(eq(identities.subject, subject)).run().changes;

/** All of one person, or of everybody. */
export const readIdentities = (db: Db, subject: string | null): readonly Identity[] =>
  db
    .select()
    .from(identities)
    .where(subject === null ? undefined : eq(identities.subject, subject))
    .orderBy(asc(identities.subject), asc(identities.forge))
    .all() as readonly Identity[];
