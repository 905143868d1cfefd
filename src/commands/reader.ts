/** What ao itself reads, for nobody in particular: projections, notifications, digests, metrics. Doors to people (chat, HTTP, command line) can't import this; they ask `Commands`, which asks the access policy. */
import { readEvents } from '../db/event-store.ts';
import type { Refusal } from '../domain/session/decision.ts';
import type { Stretch } from '../domain/session/digest.ts';
import { ok, type Result } from '../lib/result.ts';
import { digest } from './digest.ts';
import { type CommandParts, findSession, view, views } from './parts.ts';
import { type SessionFilter, sessionPage } from './session-list.ts';
import { steersOf } from './steers-of.ts';
import type { DigestView } from './view/digest.ts';
import type { EventView, SessionView, SteerView } from './views.ts';

export interface Reader {
  /** The first page. */
  sessions(filter: SessionFilter): readonly SessionView[];
  session(session: string): Result<SessionView, Refusal>;
  /** By exact id, in this order; those that aren't there are left out. */
  sessionsOf(ids: readonly string[]): readonly SessionView[];
  /** Oldest first; `session` is an exact id, also of a session that was deleted. */
  events(filter: {
    readonly session?: string | undefined;
    readonly after?: number | undefined;
    readonly limit?: number | undefined;
  }): readonly EventView[];
  steers(session: string): Result<readonly SteerView[], Refusal>;
  digest(stretch: Stretch | null): Promise<DigestView>;
}

export function createReader(parts: CommandParts): Reader {
  return {
    sessions: (filter) => sessionPage(parts, filter).sessions,
    session(name) {
      const found = findSession(parts, name);
      return found.ok ? ok(view(parts, found.value)) : found;
    },
    sessionsOf: (ids) => views(parts, ids),
    events: ({ session, after, limit }) =>
      readEvents(parts.db, {
        session,
        after,
        limit: Math.min(limit ?? 200, 1_000),
      }) as readonly EventView[],
    steers(name) {
      const found = findSession(parts, name);
      return found.ok ? ok(steersOf(parts, found.value)) : found;
    },
    digest: (stretch) => digest(parts, stretch),
  };
}
