import { z } from 'zod';
import { COST_SPANS } from '../../domain/money/cost-period.ts';
import { COST_GROUPS } from '../../domain/money/ledger.ts';
import { type CostRequest, cost as costOf } from '../cost.ts';
import { CostSchema } from '../schemas/view-schemas.ts';
import { type Call, get, readOfAll } from '../use-case.ts';

/** Tokens and money: the current month, unless the request says otherwise. */
export const cost = readOfAll({
  name: 'cost',
  when: 'now',
  agents: 'nobody',
  http: get({
    path: '/api/cost',
    tag: 'team',
    summary: 'Tokens and money; this month unless told',
    query: z.object({
      span: z.enum(COST_SPANS).optional().meta({ description: 'The week begins on Monday' }),
      from: z.string().optional().meta({
        description: 'First day, YYYY-MM-DD in the configured time zone; goes before span',
      }),
      to: z.string().optional().meta({ description: 'Last day' }),
      by: z.enum(COST_GROUPS).default('project'),
    }),
    response: CostSchema,
    args: ({ query }) => [query],
  }),
  run: ({ parts }: Call, request: CostRequest) => costOf(parts, request),
});
