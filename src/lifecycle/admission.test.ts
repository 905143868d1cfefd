import { expect, onTestFinished, test } from 'vitest';
import { lifecycleWorld, sessionId } from '../../test/support/lifecycle-world.ts';
import { DANA, freshSnapshot } from '../../test/support/session-world.ts';
import { admissionPlan } from '../domain/admission.ts';
import type { Command } from '../domain/input.ts';
import { createAdmission } from './admission.ts';

function ready(maxSessions: number, count: number, perProject: Readonly<Record<string, number>> = {}) {
  const world = lifecycleWorld();
  const admission = createAdmission({ dispatch: world.dispatch, limits: () => ({ maxSessions, perProject }) });
  for (let n = 1; n <= count; n += 1)
    world.dispatch.create(freshSnapshot({ id: sessionId(`app-${n}`) }, world.clock.now() + n), [{ type: 'session.spawned', by: DANA }]);
  admission.start();
  onTestFinished(() => admission.stop());
  const stages = (): readonly string[] => world.dispatch.all().map((snapshot) => snapshot.session.stage);
  const command = (id: string, given: Command): void => void world.dispatch.input(sessionId(id), { type: 'command', command: given, by: DANA });
  return { world, admission, stages, command };
}

test('as many start as there is room for, first come first served', () => {
  const { stages, admission } = ready(2, 3);
  expect(stages()).toEqual(['preparing', 'preparing', 'queued']);
  expect(admission.plan().wait).toEqual([{ id: 'app-3', position: 1, reason: '2 of 2 sessions are running' }]);
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

test('a project’s own limit holds up only its own sessions', () => {
  const waiting = [
    { id: 'a-1', project: 'a', since: 1 },
    { id: 'a-2', project: 'a', since: 2 },
    { id: 'b-1', project: 'b', since: 3 },
  ];
  expect(admissionPlan(waiting, [], { maxSessions: 9, perProject: { a: 1 } })).toEqual({
    admit: ['a-1', 'b-1'],
    wait: [{ id: 'a-2', position: 1, reason: '1 of 1 sessions of a are running' }],
  });
});

test('of one moment the lower number goes first', () => {
  const waiting = [10, 9].map((n) => ({ id: `a-${n}`, project: 'a', since: 1 }));
  expect(admissionPlan(waiting, [], { maxSessions: 1, perProject: {} }).admit).toEqual(['a-9']);
});
