import { expect, onTestFinished, test } from 'vitest';
import { lifecycleWorld, sessionId } from '../../../test/support/lifecycle-world.ts';
import { DANA } from '../../../test/support/session-world.ts';
import { readEvents } from '../../db/event-store.ts';
import { createProjectObserver } from './projects.ts';

test('the end of the last session of a project is told once, also over a restart', async () => {
  const world = lifecycleWorld();
  await world.working('app-1');
  await world.working('app-2');
  const told = (): readonly (string | null)[] =>
    readEvents(world.db, { limit: 1_000 })
      .filter((row) => row.event.type === 'reaction.fired' && row.event.key === 'all-complete')
      .map((row) => row.session);
  const observer = createProjectObserver(world);
  observer.start();
  onTestFinished(() => observer.stop());
  const kill = (id: string): void =>
    void world.dispatch.input(sessionId(id), {
      type: 'command',
      command: { type: 'kill', reason: null },
      by: DANA,
    });
  kill('app-1');
  await Promise.resolve();
  expect(told()).toEqual([]);
  world.clock.pass(10);
  kill('app-2');
  await Promise.resolve();
  expect(told()).toEqual(['app-2']);
  const again = createProjectObserver({
    db: world.db,
    dispatch: world.restart(),
    clock: world.clock,
  });
  again.start();
  onTestFinished(() => again.stop());
  expect(told()).toEqual(['app-2']);
});

test('what can not be saved now is told as soon as it can', async () => {
  let full = false;
  const world = lifecycleWorld({
    project(change) {
      if (full && change.events.some(({ event }) => event.type === 'reaction.fired'))
        throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
      return [];
    },
  });
  await world.working('app-1');
  const observer = createProjectObserver(world);
  observer.start();
  onTestFinished(() => observer.stop());
  full = true;
  world.dispatch.input(sessionId('app-1'), {
    type: 'command',
    command: { type: 'kill', reason: null },
    by: DANA,
  });
  await Promise.resolve();
  expect(world.dispatch.snapshot('app-1')?.facts.projectComplete).toBeNull();
  full = false;
  world.clock.pass(1_000);
  expect(world.dispatch.snapshot('app-1')?.facts.projectComplete).not.toBeNull();
});
