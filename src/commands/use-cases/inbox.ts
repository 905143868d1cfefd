import { z } from 'zod';
import { ok } from '../../lib/result.ts';
import { inboxItems } from '../inbox.ts';
import { InboxItemSchema } from '../schemas/view-schemas.ts';
import { type Call, get, readOfAll } from '../use-case.ts';

/** What needs this person; `all`: what needs anybody. */
export const inbox = readOfAll({
  name: 'inbox',
  when: 'now',
  agents: 'nobody',
  http: get({
    path: '/api/inbox',
    tag: 'team',
    summary: 'What needs the caller; with `all`, what needs anybody',
    query: z.object({ all: z.stringbool().default(false) }),
    response: z.array(InboxItemSchema),
    args: ({ query }) => [query.all],
  }),
  run: ({ parts, actor }: Call, all: boolean) => ok(inboxItems(parts, all ? null : actor)),
});
