import { z } from 'zod';

/** What the gh of an agent asks and tells. */
export const GhBody = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ask'), key: z.string().min(1).max(200) }),
  z.object({
    type: z.literal('tell'),
    key: z.string().min(1).max(200).nullable(),
    kind: z.enum(['read', 'write']),
    outcome: z.enum(['ok', 'unchanged', 'failed']),
    output: z.string().max(300_000).optional(),
    etag: z.string().max(500).optional(),
    limit: z
      .object({
        name: z.string().max(60),
        used: z.number(),
        limit: z.number(),
        remaining: z.number(),
        resetAt: z.number(),
      })
      .optional(),
    heldUntil: z.number().optional(),
    opened: z
      .url({ protocol: /^https?$/ })
      .max(500)
      .optional(),
  }),
  z.object({
    type: z.literal('whose'),
    pull: z.string().max(500).nullable(),
    repo: z.string().max(300).nullable(),
  }),
  z.object({
    type: z.literal('refused'),
    line: z.string().max(2_000),
    words: z.string().max(1_000),
  }),
]);

export const GhReply = z.object({
  fresh: z.string().nullable(),
  stale: z.object({ output: z.string(), etag: z.string().nullable() }).nullable(),
  heldUntil: z.number().nullable(),
  whose: z.enum(['own', 'session', 'other']).optional(),
});
