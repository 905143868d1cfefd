import { z } from 'zod';

/** A request nobody answered yet, as it is kept over a restart of the bot; the same as `AgentRequest` of the domain, checked. */
export const openRequest = <Kind extends z.ZodType<'question' | 'permission'>>(kind: Kind) =>
  z.object({
    id: z.string(),
    kind,
    title: z.string(),
    text: z.string(),
    options: z.array(z.object({ id: z.string(), label: z.string(), style: z.enum(['primary', 'danger', 'plain']) })),
    freeText: z.boolean(),
    askedAt: z.number(),
    answer: z.null(),
  });
