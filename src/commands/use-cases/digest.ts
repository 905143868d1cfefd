import type { Stretch } from '../../domain/session/digest.ts';
import { ok } from '../../lib/result.ts';
import { digest as digestOf } from '../digest.ts';
import { type Call, readOfAll } from '../use-case.ts';

/** What happened in the last 24 hours, or in the stretch. */
export const digest = readOfAll({
  name: 'digest',
  when: 'later',
  agents: 'nobody',
  run: async ({ parts }: Call, stretch?: Stretch) => ok(await digestOf(parts, stretch ?? null)),
});
