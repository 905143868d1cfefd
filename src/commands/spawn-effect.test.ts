import { expect, test } from 'vitest';
import { lifecycleWorld, sessionId } from '../../test/support/lifecycle-world.ts';
import { readEvents } from '../db/event-store.ts';
import type { Job } from '../db/outbox-store.ts';
import { err, ok } from '../lib/result.ts';
import type { Commands } from './commands.ts';
import { spawnEffects } from './spawn-effect.ts';

const JOB: Job = {
  id: 1,
  key: 'spawn_session:app-1:x',
  lane: 'l',
  session: sessionId('app-1'),
  type: 'spawn_session',
  payload: { type: 'spawn_session', key: 'x', prompt: 'review it' },
  attempts: 1,
  inDoubt: false,
  createdAt: 0,
};

test('a reaction spawns in its project, in the name of ao, once by the key of the job', async () => {
  const world = lifecycleWorld();
  await world.working('app-1');
  const asked: unknown[] = [];
  const spawn: Commands['spawn'] = async (actor, request) => {
    asked.push([actor.subject, request.project, request.text, request.key]);
    return ok([{ issue: null, session: null, refusal: null }]);
  };
  await spawnEffects({ dispatch: world.dispatch, spawn }).spawn_session.run(JOB);
  expect(asked).toEqual([['system:ao', 'app', 'review it', JOB.key]]);
});

test('a refusal is told in the session that wanted it', async () => {
  const world = lifecycleWorld();
  await world.working('app-1');
  const { spawn_session } = spawnEffects({
    dispatch: world.dispatch,
    spawn: async () => err({ code: 'AO_AGENT_MISSING', message: 'There is no agent.' }),
  });
  await expect(spawn_session.run(JOB)).rejects.toThrow('There is no agent.');
  spawn_session.failed(JOB, { code: 'AO_AGENT_MISSING', message: 'There is no agent.' });
  expect(readEvents(world.db, { limit: 1_000 }).at(-1)?.event).toEqual({
    type: 'effect.failed',
    effect: 'spawn_session',
    reason: 'There is no agent.',
  });
});
