import { z } from '@hono/zod-openapi';
import type { Problem } from '../problem.ts';

export const ProblemSchema: z.ZodType<Problem> = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().openapi({ description: 'What happened, why, and what to do.' }),
    code: z.string().openapi({ example: 'AO_STATE' }),
  })
  .openapi('Problem');
