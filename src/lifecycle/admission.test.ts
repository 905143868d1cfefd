import { expect, onTestFinished, test } from 'vitest';
import { everySession } from '../../test/support/every-session.ts';
import { lifecycleWorld, sessionId } from '../../test/support/lifecycle-world.ts';
import { DANA, freshSnapshot } from '../../test/support/session-world.ts';
import { until } from '../../test/support/until.ts';
import { readEvents } from '../db/event-store.ts';
import type { Command } from '../domain/session/input.ts';
import { createAdmission } from './admission.ts';

function ready(
  maxSessions: number,
  count: number,
  perProject: Readonly<Record<string, number>> = {},
) {
  const world = lifecycleWorld();
  const admission = createAdmission({
    db: world.db,
    dispatch: world.dispatch,
    clock: world.clock,
    limits: () => ({ maxSessions, perProject }),
  });
  for (let n = 1; n <= count; n += 1)
    world.dispatch.create(freshSnapshot({ id: sessionId(`app-${n}`) }, world.clock.now() + n), [
      { type: 'session.spawned', by: DANA },
    ]);
  admission.start();
  onTestFinished(() => admission.stop());
  const stages = (): readonly string[] =>
    everySession(world.db, world.dispatch).map((snapshot) => snapshot.session.stage);
  const command = (id: string, given: Command): void =>
    void world.dispatch.input(sessionId(id), { type: 'command', command: given, by: DANA });
  return { world, admission, stages, command };
}

test('as many start as there is room for, first come first served', () => {
  const { stages, admission } = ready(2, 3);
  expect(stages()).toEqual(['preparing', 'preparing', 'queued']);
  expect(admission.plan().wait).toEqual([
    { id: 'app-3', position: 1, reason: '2 of 2 sessions are running' },
  ]);
});

test('when one ends the next starts', async () => {
  const { stages, command } = ready(1, 2);
  command('app-1', { type: 'kill', reason: null });
  await Promise.resolve();
  expect(stages()).toEqual(['ended', 'preparing']);
});

test('a paused one in the queue waits, holds up nobody, and starts when it is resumed', async () => {
  const { stages, command } = ready(1, 3);
  command('app-2', { type: 'pause', reason: 'later' });
  command('app-1', { type: 'kill', reason: null });
  await Promise.resolve();
  expect(stages()).toEqual(['ended', 'queued', 'preparing']);
  command('app-3', { type: 'kill', reason: null });
  command('app-2', { type: 'resume' });
  await Promise.resolve();
  expect(stages()[1]).toBe('preparing');
});

test('the place and the reason are told once, and kept right on the session', async () => {
  const { world, command } = ready(1, 3);
  const queue = (id: string) => world.dispatch.snapshot(id)?.session.queue;
  expect(queue('app-2')).toEqual({ position: 1, reason: '1 of 1 sessions are running' });
  expect(queue('app-3')?.position).toBe(2);
  command('app-1', { type: 'kill', reason: null });
  await Promise.resolve();
  expect(queue('app-2')).toBeNull();
  expect(queue('app-3')).toEqual({ position: 1, reason: '1 of 1 sessions are running' });
  const told = readEvents(world.db, { session: 'app-3', limit: 50 }).filter(
    ({ event }) => event.type === 'session.queued',
  );
  expect(told).toHaveLength(1);
});

test('what nobody tells of is looked at again: memory that comes free, with what the running ones have', async () => {
  const GB = 2 ** 30;
  const world = lifecycleWorld();
  await world.working('app-1');
  let available = 2 * GB;
  let measured = 0;
  const admission = createAdmission({
    db: world.db,
    dispatch: world.dispatch,
    clock: world.clock,
    limits: () => ({ maxSessions: 9, perProject: {}, memory: { perSession: GB, reserve: GB } }),
    machine: () => ({ available, pressure: null }),
    async measure() {
      measured += 1;
      return new Map([['app-1', GB / 2]]);
    },
  });
  world.dispatch.create(freshSnapshot({ id: sessionId('app-2') }, world.clock.now()), [
    { type: 'session.spawned', by: DANA },
  ]);
  admission.start();
  onTestFinished(() => admission.stop());
  const second = () => world.dispatch.snapshot('app-2')?.session;
  expect(second()?.queue?.reason).toContain('too little memory');
  world.clock.pass(1);
  await until(() => second()?.queue?.reason.includes('0.5 GB can be given'));
  available = 2.5 * GB;
  world.clock.pass(5_000);
  await until(() => second()?.stage === 'preparing');
  expect(measured).toBe(2);
});

test('after an hour a person may start more, without anybody doing anything', async () => {
  const world = lifecycleWorld();
  const admission = createAdmission({
    db: world.db,
    dispatch: world.dispatch,
    clock: world.clock,
    limits: () => ({ maxSessions: 9, perProject: {}, spawnPerHour: 1 }),
  });
  for (const n of [1, 2])
    world.dispatch.create(freshSnapshot({ id: sessionId(`app-${n}`) }, world.clock.now() + n), [
      { type: 'session.spawned', by: DANA },
    ]);
  admission.start();
  onTestFinished(() => admission.stop());
  const second = () => world.dispatch.snapshot('app-2')?.session;
  expect(second()?.queue?.reason).toBe('Dana started 1 of 1 sessions within an hour');
  for (let minute = 0; minute <= 60 && second()?.stage === 'queued'; minute += 1) {
    world.clock.pass(60_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await until(() => second()?.stage === 'preparing');
});
