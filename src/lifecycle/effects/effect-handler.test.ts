import { expect, test } from 'vitest';
import { lifecycleWorld, sessionId } from '../../../test/support/lifecycle-world.ts';
import type { Job } from '../../db/outbox-store.ts';
import { type EffectParts, effectHandler } from './effect-handler.ts';

test.each([
  ['short', 4_999, 0],
  ['long enough for people to ask', 5_000, 1],
])('a wait that is %s is told so often: %d ms', async (_, ms, times) => {
  const world = lifecycleWorld();
  await world.working('app-1');
  const now = world.clock.now();
  const payload = { type: 'kill_runtime', launch: 1, handle: null };
  const job: Job = {
    id: 1,
    key: 'k',
    lane: 'l',
    session: sessionId('app-1'),
    type: payload.type,
    payload,
    attempts: 1,
    inDoubt: false,
    createdAt: now,
  };
  const handler = effectHandler({ dispatch: world.dispatch } as EffectParts, async () => ({
    type: 'done',
  }));
  handler.retried?.(job, { code: 'AO_TMUX_KILL', message: 'they did not end' }, now + ms);
  expect(world.dispatch.snapshot('app-1')?.session.retries ?? []).toHaveLength(times);
});
