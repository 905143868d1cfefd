import { expect, onTestFinished, test } from 'vitest';
import {
  type LifecycleWorld,
  lifecycleWorld,
  sessionId,
} from '../../test/support/lifecycle-world.ts';
import { MINUTE } from '../../test/support/session-world.ts';
import { enqueue, nextJobAt } from '../db/outbox-store.ts';
import type { Dispatch } from './dispatch.ts';
import { createTimers } from './timers.ts';

const ID = sessionId('app-1');
const stuck = (dispatch: Dispatch): number =>
  dispatch.snapshot(ID)?.episodes.filter((episode) => episode.key === 'agent-stuck' && episode.open)
    .length ?? 0;

function run(world: LifecycleWorld, dispatch: Dispatch = world.dispatch) {
  const timers = createTimers({ db: world.db, clock: world.clock, dispatch, logger: world.logger });
  timers.start();
  onTestFinished(() => timers.stop());
  return timers;
}

test('a timer fires when it is due, not before', async () => {
  const world = lifecycleWorld();
  await world.working('app-1');
  run(world);
  world.clock.pass(10 * MINUTE - 1_000);
  expect(stuck(world.dispatch)).toBe(0);
  world.clock.pass(2_000);
  expect(stuck(world.dispatch)).toBe(1);
});

test('rows survive a restart, and what came due meanwhile fires at once', async () => {
  const world = lifecycleWorld();
  await world.working('app-1');
  run(world).stop();
  world.clock.pass(30 * MINUTE);
  const after = world.restart();
  expect(stuck(after)).toBe(0);
  run(world, after);
  expect(stuck(after)).toBe(1);
});

test('a clock that jumps forwards is noticed within a second', async () => {
  const world = lifecycleWorld();
  await world.working('app-1');
  run(world);
  world.clock.jump(30 * MINUTE);
  world.clock.pass(1_000);
  expect(stuck(world.dispatch)).toBe(1);
});

test('one session that can’t be decided does not stop the timers of the others', async () => {
  const world = lifecycleWorld();
  await world.working('app-1');
  await world.working('app-2');
  const broken: Dispatch = {
    ...world.dispatch,
    input(id, ...rest) {
      if (id === 'app-2') throw new Error('a bug');
      return world.dispatch.input(id, ...rest);
    },
  };
  run(world, broken);
  world.clock.pass(11 * MINUTE);
  expect(stuck(world.dispatch)).toBe(1);
  expect(world.logged).toContain('a timer could not be taken in');
});

test('a clock that is set back by hours delays nothing by hours: what was due in minutes is due in minutes, here and after a restart', async () => {
  const world = lifecycleWorld();
  await world.working('app-1');
  run(world).stop();
  world.clock.jump(-3 * 60 * MINUTE);
  const after = world.restart();
  run(world, after);
  world.clock.pass(5 * MINUTE);
  world.clock.jump(-5 * 60 * MINUTE);
  world.clock.pass(4 * MINUTE);
  expect(stuck(after)).toBe(0);
  world.clock.pass(2 * MINUTE);
  expect(stuck(after)).toBe(1);
  expect(world.logged.filter((line) => line.startsWith('the clock was set back'))).toHaveLength(2);
});

test('effects that wait to be tried again are as near as before', async () => {
  const world = lifecycleWorld();
  await world.working('app-1');
  enqueue(
    world.db,
    {
      key: 'k',
      lane: 'l',
      session: ID,
      type: 'notify',
      payload: {},
      notBefore: world.clock.now() + MINUTE,
    },
    world.clock.now(),
  );
  run(world);
  world.clock.jump(-3 * 60 * MINUTE);
  world.clock.pass(1_000);
  expect(nextJobAt(world.db, world.clock.now())).toBeLessThanOrEqual(world.clock.now() + MINUTE);
});
