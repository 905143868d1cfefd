import { expect, onTestFinished, test } from 'vitest';
import { type LifecycleWorld, lifecycleWorld } from '../../test/support/lifecycle-world.ts';
import { until } from '../../test/support/until.ts';
import { cancelPending, enqueue, hurryPlatform, type NewJob } from '../db/outbox-store.ts';
import { jobState } from '../db/outbox-view.ts';
import { rejected, transient } from '../slots/errors.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import type { Handler } from './outbox-parts.ts';

const job = (key: string, change: Partial<NewJob> = {}): NewJob => ({
  key,
  lane: 'a',
  session: null,
  type: 'work',
  payload: { key },
  ...change,
});
const put = (world: LifecycleWorld, ...jobs: readonly NewJob[]): void => {
  for (const each of jobs) enqueue(world.db, each, world.clock.now());
};

function started(world: LifecycleWorld, work: Partial<Handler> & Pick<Handler, 'run'>): Outbox {
  const outbox = createOutbox({
    together: world.dispatch.together,
    db: world.db,
    clock: world.clock,
    logger: world.logger,
    handlers: { work: { failed() {}, ...work } },
  });
  outbox.start();
  onTestFinished(() => outbox.stop());
  return outbox;
}

/** A gate that a handler waits at. */
function gate(): { readonly passed: Promise<void>; open(): void } {
  let open = (): void => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open: () => open() };
}

test('a lane runs in order, lanes run side by side', async () => {
  const world = lifecycleWorld();
  const done: string[] = [];
  const first = gate();
  put(world, job('a1'), job('a2'), job('b1', { lane: 'b' }));
  const outbox = started(world, {
    async run({ key }) {
      if (key === 'a1') await first.passed;
      done.push(key);
      return {};
    },
  });
  await until(() => done.includes('b1'));
  expect(done).toEqual(['b1']);
  first.open();
  await outbox.idle();
  expect(done).toEqual(['b1', 'a1', 'a2']);
});

test('a handler that meets the full disk itself is run again, and keeps its lane waiting no longer than that', async () => {
  const world = lifecycleWorld();
  const done: string[] = [];
  let full = true;
  put(world, job('a1'), job('a2'));
  const outbox = started(world, {
    async run({ key }) {
      if (full) throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
      done.push(key);
      return {};
    },
  });
  await until(() => world.logged.some((line) => line.startsWith('effects wait')));
  full = false;
  await until(() => {
    world.clock.pass(1_000);
    return done.length === 2;
  });
  await outbox.idle();
  expect(done).toEqual(['a1', 'a2']);
});

test('a transient error is tried again with growing pauses, in its place; the lane waits', async () => {
  const world = lifecycleWorld();
  const tries: Array<[string, number, boolean]> = [];
  put(world, job('a1'), job('a2'));
  const outbox = started(world, {
    async run({ key, attempts, inDoubt }) {
      tries.push([key, attempts, inDoubt]);
      if (key === 'a1' && attempts < 3) throw transient('AO_TEST', 'not now');
      return {};
    },
  });
  await outbox.idle();
  expect(tries).toEqual([['a1', 1, false]]);
  world.clock.pass(700);
  await until(() => tries.length === 2);
  await outbox.idle();
  world.clock.pass(1_300);
  await until(() => tries.length === 4);
  expect(tries).toEqual([
    ['a1', 1, false],
    ['a1', 2, true],
    ['a1', 3, true],
    ['a2', 1, false],
  ]);
});

test('what the world refuses is told once and not repeated; the lane goes on', async () => {
  const world = lifecycleWorld();
  const failed: string[] = [];
  put(world, job('a1'), job('a2'));
  const outbox = started(world, {
    async run({ key }) {
      if (key === 'a1') throw rejected('AO_TEST', 'never');
      return {};
    },
    failed: ({ key }, { code }) => void failed.push(`${key} ${code}`),
  });
  await outbox.idle();
  expect(failed).toEqual(['a1 AO_TEST']);
  expect([jobState(world.db, 'a1'), jobState(world.db, 'a2')]).toEqual(['failed', 'done']);
});

test.each([
  ['is told with its reason and the time', () => {}],
  [
    'goes on although telling it fails',
    () => {
      throw new Error('a bug');
    },
  ],
])('a wait for another try %s', async (_, tell) => {
  const world = lifecycleWorld();
  const told: unknown[] = [];
  let away = true;
  put(world, job('a1'));
  const outbox = started(world, {
    async run() {
      if (away) throw transient('AO_TEST', 'not now', { retryAfter: 7_000 });
      return {};
    },
    retried({ key }, { code, message }, at) {
      told.push([key, code, message, at - world.clock.now()]);
      tell();
    },
  });
  await outbox.idle();
  expect(told).toEqual([['a1', 'AO_TEST', 'not now', 7_000]]);
  away = false;
  world.clock.pass(7_000);
  await until(() => jobState(world.db, 'a1') === 'done');
});

test('a transient error ends after so many tries', async () => {
  const world = lifecycleWorld();
  let tries = 0;
  put(world, job('a1'));
  const outbox = started(world, {
    maxAttempts: 2,
    async run() {
      tries += 1;
      throw transient('AO_TEST', 'not now', { retryAfter: 10 });
    },
  });
  await outbox.idle();
  world.clock.pass(20);
  await until(() => jobState(world.db, 'a1') === 'failed');
  expect(tries).toBe(2);
});

test('a bug in taking a failure in does not hang the lane', async () => {
  const world = lifecycleWorld();
  put(world, job('a1'), job('a2'));
  const outbox = started(world, {
    async run({ key }) {
      if (key === 'a1') throw rejected('AO_TEST', 'never');
      return {};
    },
    failed() {
      throw new Error('a bug');
    },
  });
  await outbox.idle();
  expect([jobState(world.db, 'a1'), jobState(world.db, 'a2')]).toEqual(['failed', 'done']);
});

test.each(['before', 'after'] as const)(
  'a crash %s the world was touched leaves the job in doubt, and it runs again',
  async (when) => {
    const world = lifecycleWorld();
    put(world, job('a1'));
    const runs: boolean[] = [];
    const handlers = {
      work: {
        failed() {},
        async run({ inDoubt }: { inDoubt: boolean }) {
          runs.push(inDoubt);
          return {};
        },
      },
    };
    // The process "dies" at this step: nothing after it ever happens.
    const dead = new Promise<never>(() => {});
    const crashed = gate();
    const dying = createOutbox({
      together: world.dispatch.together,
      db: world.db,
      clock: world.clock,
      logger: world.logger,
      handlers: {
        work: {
          failed() {},
          async run(given) {
            if (when === 'after') await handlers.work.run(given);
            crashed.open();
            return dead;
          },
        },
      },
    });
    dying.start();
    await crashed.passed;
    expect(jobState(world.db, 'a1')).toBe('running');
    const outbox = started(world, handlers.work);
    await outbox.idle();
    expect(runs).toEqual(when === 'after' ? [false, true] : [true]);
    expect(jobState(world.db, 'a1')).toBe('done');
  },
);

test('result and consequence are saved together: when the consequence fails, the job is not done', async () => {
  const world = lifecycleWorld();
  const failed: string[] = [];
  put(world, job('a1'));
  const outbox = started(world, {
    run: async () => ({
      commit: () => {
        throw new Error('a bug');
      },
    }),
    failed: ({ key }) => void failed.push(key),
  });
  await outbox.idle();
  expect(jobState(world.db, 'a1')).toBe('failed');
  expect(failed).toEqual(['a1']);
});

test('of coalesced jobs the newest wins, at most one in an interval', async () => {
  const world = lifecycleWorld();
  const seen: unknown[] = [];
  const card = (text: string): NewJob =>
    job('card', { payload: text, coalesce: { interval: 1_000 } });
  put(world, card('one'), card('two'));
  const outbox = started(world, {
    interval: () => 1_000,
    async run({ payload }) {
      seen.push(payload);
      return {};
    },
  });
  await outbox.idle();
  put(world, card('three'), card('four'));
  outbox.wake();
  await outbox.idle();
  expect(seen).toEqual(['two']);
  world.clock.pass(1_000);
  await until(() => seen.length === 2);
  expect(seen).toEqual(['two', 'four']);
});

test.each(['works', 'fails'] as const)(
  'asked again while it runs, it runs once more, also when the running one %s',
  async (how) => {
    const world = lifecycleWorld();
    const seen: unknown[] = [];
    const hold = gate();
    const card = (text: string): NewJob =>
      job('card', { payload: text, coalesce: { interval: 0 } });
    put(world, card('one'));
    const outbox = started(world, {
      async run({ payload }) {
        seen.push(payload);
        if (payload === 'one') {
          await hold.passed;
          if (how === 'fails') throw rejected('AO_TEST', 'never');
        }
        return {};
      },
    });
    await until(() => seen.length === 1);
    put(world, card('two'));
    hold.open();
    await until(() => seen.length === 2);
    await outbox.idle();
    expect(seen).toEqual(['one', 'two']);
    expect(jobState(world.db, 'card')).toBe('done');
  },
);

test('the same key twice is one job', async () => {
  const world = lifecycleWorld();
  let runs = 0;
  put(world, job('a1'), job('a1'));
  const outbox = started(world, {
    async run() {
      runs += 1;
      return {};
    },
  });
  await outbox.idle();
  put(world, job('a1'));
  outbox.wake();
  await outbox.idle();
  expect(runs).toBe(1);
});

test('what was cancelled does not run', async () => {
  const world = lifecycleWorld();
  const runs: string[] = [];
  put(
    world,
    job('a1', { session: 's' }),
    job('a2', { session: 's', type: 'work' }),
    job('b1', { lane: 'b', session: 't' }),
  );
  cancelPending(world.db, 's', ['work'], world.clock.now());
  const outbox = started(world, {
    async run({ key }) {
      runs.push(key);
      return {};
    },
  });
  await outbox.idle();
  expect(runs).toEqual(['b1']);
});

test('a long job in a lane with others behind it costs no spinning', async () => {
  const world = lifecycleWorld();
  const hold = gate();
  let wakes = 0;
  const after = (delay: number, fn: () => void) => {
    wakes += 1;
    return world.clock.after(delay, fn);
  };
  const counted = { ...world.clock, after };
  put(world, job('a1'), job('a2'), job('a3'));
  const outbox = createOutbox({
    together: world.dispatch.together,
    db: world.db,
    clock: counted,
    logger: world.logger,
    handlers: {
      work: {
        failed() {},
        async run({ key }) {
          if (key === 'a1') await hold.passed;
          return {};
        },
      },
    },
  });
  outbox.start();
  onTestFinished(() => outbox.stop());
  await until(() => outbox.running() === 1);
  world.clock.pass(60_000);
  expect(wakes).toBe(0);
  hold.open();
  await outbox.idle();
  expect(jobState(world.db, 'a3')).toBe('done');
});

test('more lanes than may run at once are all done, each in order', async () => {
  const world = lifecycleWorld();
  const done = new Map<string, string[]>();
  world.db.transaction(() =>
    put(world, ...Array.from({ length: 200 }, (_, n) => job(`j${n}`, { lane: `lane${n % 50}` }))),
  );
  let most = 0;
  const outbox = started(world, {
    async run({ key, lane }) {
      most = Math.max(most, outbox.running());
      await Promise.resolve();
      done.set(lane, [...(done.get(lane) ?? []), key]);
      return {};
    },
  });
  await outbox.idle();
  expect([...done.values()].flat()).toHaveLength(200);
  for (const [lane, keys] of done)
    expect(keys).toEqual(Array.from({ length: 4 }, (_, n) => `j${n * 50 + Number(lane.slice(4))}`));
  expect(most).toBeLessThanOrEqual(24);
});

test('stopped, it lets what runs finish and begins nothing new', async () => {
  const world = lifecycleWorld();
  const hold = gate();
  put(world, job('a1'), job('a2'));
  const outbox = started(world, {
    async run({ key }) {
      if (key === 'a1') await hold.passed;
      return {};
    },
  });
  await until(() => outbox.running() === 1);
  const stopped = outbox.stop();
  hold.open();
  await stopped;
  expect([jobState(world.db, 'a1'), jobState(world.db, 'a2')]).toEqual(['done', 'pending']);
});

test('when a chat platform is back, what waits for it is tried now, and nothing else is', async () => {
  const world = lifecycleWorld();
  const tried: string[] = [];
  let down = true;
  const lanes = ['chat:slack:app-1', 'chat:slack:app-2', 'chat:discord:app-1'];
  put(
    world,
    ...lanes.map((lane) => job(lane, { lane, type: 'chat.post' })),
    job('behind', { lane: 'chat:slack:app-1', type: 'chat.post' }),
  );
  const outbox = createOutbox({
    together: world.dispatch.together,
    db: world.db,
    clock: world.clock,
    logger: world.logger,
    handlers: {
      'chat.post': {
        failed() {},
        async run({ key }) {
          tried.push(key);
          if (down) throw transient('DOWN', 'nobody answers', { retryAfter: 300_000 });
          return {};
        },
      },
    },
  });
  outbox.start();
  onTestFinished(() => outbox.stop());
  await outbox.idle();
  expect(tried.toSorted()).toEqual(lanes.toSorted());
  down = false;
  tried.length = 0;
  expect(hurryPlatform(world.db, 'slack', world.clock.now())).toBe(2);
  outbox.wake();
  await outbox.idle();
  expect(tried.toSorted()).toEqual(['behind', 'chat:slack:app-1', 'chat:slack:app-2']);
});
