import { z } from 'zod';
import { readEvents } from '../../db/event-store.ts';
import { ok } from '../../lib/result.ts';
import { whole } from '../input.ts';
import { EventSchema } from '../schemas/view-schemas.ts';
import { get, readOfSession, type SessionCall } from '../use-case.ts';
import type { EventView } from '../views.ts';

interface Page {
  readonly after?: number | undefined;
  readonly limit?: number | undefined;
}

/** Oldest first; 200 unless `limit` says otherwise, at most 1,000. */
export const events = readOfSession({
  name: 'events',
  when: 'now',
  agents: 'own and started',
  http: get({
    path: '/api/sessions/:id/events',
    tag: 'sessions',
    summary: 'What happened, oldest first',
    query: z.object({
      after: whole(Number.MAX_SAFE_INTEGER).optional(),
      limit: whole(1000).default(200),
    }),
    response: z.array(EventSchema),
    args: ({ query }) => [query],
  }),
  run: ({ parts, snapshot }: SessionCall, { after, limit }: Page) =>
    ok(
      readEvents(parts.db, {
        session: snapshot.session.id,
        after,
        limit: Math.min(limit ?? 200, 1_000),
      }) as readonly EventView[],
    ),
});
