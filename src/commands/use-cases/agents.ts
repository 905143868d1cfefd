import { ok } from '../../lib/result.ts';
import { type Call, readOfAll } from '../use-case.ts';

/** Names for completion and forms. */
export const agents = readOfAll({
  name: 'agents',
  when: 'now',
  agents: 'nobody',
  run: ({ parts }: Call) => ok(parts.agentNames),
});
