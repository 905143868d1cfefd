import { ok } from '../../lib/result.ts';
import { quotaView } from '../quota.ts';
import { QuotaSchema } from '../schemas/view-schemas.ts';
import { type Call, get, readOfAll } from '../use-case.ts';

/** Rate limits of the forges: what is left, who used what, whether ao slows down. */
export const quota = readOfAll({
  name: 'quota',
  when: 'later',
  agents: 'nobody',
  http: get({
    path: '/api/quota',
    tag: 'team',
    summary: "The forges' rate limits and who used them",
    response: QuotaSchema,
    args: () => [],
  }),
  run: async ({ parts }: Call) => ok(await quotaView(parts, parts.agentForge.use())),
});
