/** What `GET /api/sessions` and `GET /api/status` are asked: which sessions, and which page of them. */
import { z } from '@hono/zod-openapi';
import { LARGEST_PAGE, type ListPlace, type SessionFilter } from '../../commands/session-list.ts';

export const flag = z
  .enum(['0', '1', 'true', 'false'])
  .transform((value) => value === '1' || value === 'true');

const CURSOR = /^(live|ended)\.(\d{1,16})\.([a-z0-9][a-z0-9._-]*)$/;

export const SessionQuery = z.object({
  project: z.string().optional(),
  status: z.string().optional(),
  turn: z.string().optional(),
  all: flag.optional().openapi({ description: 'Every ended session, not only those of a day' }),
  live: flag.optional().openapi({ description: 'No ended session' }),
  mine: z.string().optional().openapi({ description: 'Subject of the owner' }),
  q: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .openapi({ description: 'In the id, branch, task, issue or pull request' }),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(LARGEST_PAGE)
    .optional()
    .openapi({ description: 'Sessions of the page at most' }),
  cursor: z
    .string()
    .regex(CURSOR, 'expected the cursor of a Link header')
    .optional()
    .openapi({ description: 'Where the page before ended' }),
});
export type SessionQuery = z.output<typeof SessionQuery>;

export function filterOf({ q, cursor, ...query }: SessionQuery): SessionFilter {
  return {
    ...query,
    text: q,
    after: placeOf(cursor),
  };
}

function placeOf(cursor: string | undefined): ListPlace | null {
  const [, part, at, id] = CURSOR.exec(cursor ?? '') ?? [];
  return at === undefined || id === undefined
    ? null
    : { live: part === 'live', at: Number(at), id };
}

/** Value of the header `Link` (RFC 8288) that leads to the next page. */
export function nextLink(query: SessionQuery, { live, at, id }: ListPlace): string {
  const words = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== false)
      words.set(key, value === true ? '1' : String(value));
  }
  words.set('cursor', `${live ? 'live' : 'ended'}.${at}.${id}`);
  return `</api/sessions?${words}>; rel="next"`;
}
