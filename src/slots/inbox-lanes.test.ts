import { expect, test } from 'vitest';
import { manualClock } from '../../test/support/manual-clock.ts';
import { until } from '../../test/support/until.ts';
import { transient } from './errors.ts';
import type { Delivery, Inbox } from './inbox.ts';
import { createInboxLanes } from './inbox-lanes.ts';

const delivery = (id: string, at: number, lane = 'thread'): Delivery => ({
  id,
  lane,
  at,
  body: {},
});

function kept(): Inbox {
  const taken = new Map<string, Delivery>();
  const over = new Set<string>();
  return {
    take: (one) => !taken.has(one.id) && taken.set(one.id, one).has(one.id),
    waiting: () => [...taken.values()].filter(({ id }) => !over.has(id)),
    done: (id) => void over.add(id),
  };
}

function bench(inbox = kept()) {
  const manual = manualClock();
  let pauses = 0;
  const clock: typeof manual = {
    ...manual,
    after(ms, fn) {
      pauses += 1;
      return manual.after(ms, fn);
    },
  };
  const tried: string[] = [];
  const told: string[] = [];
  const world = { inbox, clock, tried, told, down: false, pauses: () => pauses };
  const lanes = createInboxLanes({
    inbox,
    clock,
    logger: { debug() {}, info() {}, warn() {}, error() {} },
    async work({ id }) {
      tried.push(id);
      if (world.down) throw transient('DOWN', 'nobody answers');
    },
    async delayed({ id }) {
      told.push(`late ${id}`);
    },
    async gaveUp({ id }) {
      told.push(`over ${id}`);
    },
  });
  return Object.assign(world, { lanes });
}

test('what waits out a long pause is tried as soon as the platform is back, in order', async () => {
  const world = bench();
  world.down = true;
  world.lanes.take(delivery('a', 1));
  world.lanes.take(delivery('b', 2));
  for (let tries = 1; tries < 6; tries += 1) {
    await until(() => world.pauses() === tries);
    world.clock.advance(60_000);
  }
  await until(() => world.pauses() === 6);
  expect(world.told).toEqual(['late a']);
  world.down = false;
  world.tried.length = 0;
  world.lanes.hurry();
  await world.lanes.settle();
  expect(world.tried).toEqual(['a', 'b']);
  expect(world.inbox.waiting()).toEqual([]);
});

test('nothing is given up in silence, and what came after it goes on', async () => {
  const world = bench();
  world.down = true;
  world.lanes.take(delivery('a', 1));
  await until(() => world.pauses() === 1);
  world.clock.advance(16 * 60_000);
  await until(() => world.told.includes('over a'));
  world.down = false;
  world.lanes.take(delivery('b', 2));
  await world.lanes.settle();
  expect(world.tried.at(-1)).toBe('b');
});

test.each(['before it is dealt with', 'before it is marked so'])(
  'a process that ends %s leaves it to the next one, in its place',
  async (moment) => {
    const inbox = kept();
    const former = bench(inbox);
    former.down = moment === 'before it is dealt with';
    const died = bench({ ...inbox, done() {} });
    if (moment === 'before it is dealt with') {
      former.lanes.take(delivery('a', 1));
      await until(() => former.tried.length === 1);
      former.lanes.stop();
    } else {
      died.lanes.take(delivery('a', 1));
      await died.lanes.settle();
    }
    const next = bench(inbox);
    next.lanes.resume();
    expect(next.lanes.take(delivery('a', 1))).toBe(false);
    next.lanes.take(delivery('b', 2));
    await next.lanes.settle();
    expect(next.tried).toEqual(['a', 'b']);
    expect(inbox.waiting()).toEqual([]);
  },
);
