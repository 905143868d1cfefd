import { expect, test } from 'vitest';
import { everySession } from '../../test/support/every-session.ts';
import {
  type LifecycleWorld,
  lifecycleWorld,
  sessionId,
} from '../../test/support/lifecycle-world.ts';
import { policyWith } from '../../test/support/session-world.ts';
import { readEvents } from '../db/event-store.ts';
import { jobState } from '../db/outbox-view.ts';
import type { AdmissionLimits, Machine } from '../domain/session/admission.ts';
import { AO } from '../domain/session/ids.ts';
import { createAdmission } from './admission.ts';
import type { Dispatch } from './dispatch.ts';
import { reconcile } from './recovery.ts';

const ID = sessionId('app-1');

const recover = (
  world: LifecycleWorld,
  dispatch: Dispatch,
  openThread: () => boolean = () => false,
  limits?: () => AdmissionLimits,
  more: { machine?: () => Machine } = {},
) =>
  reconcile({
    plugins: world.plugins,
    dispatch,
    agents: world.agents,
    clock: world.clock,
    logger: world.logger,
    openThread,
    ...(limits === undefined
      ? {}
      : {
          room: createAdmission({ db: world.db, dispatch, limits, clock: world.clock, ...more })
            .planAgain,
        }),
  });

test('after a reboot as many agents are resumed as the limits allow; the others queue in order, and go on when there is room', async () => {
  const world = lifecycleWorld();
  for (const id of ['app-1', 'app-2', 'app-3']) await world.working(id);
  for (const id of ['app-1', 'app-2', 'app-3']) world.runtime.vanish(id);
  const dispatch = world.restart();
  const limits = () => ({ maxSessions: 1, perProject: {} });
  expect(await recover(world, dispatch, undefined, limits)).toMatchObject({ gone: 3, queued: 2 });
  const states = (): readonly unknown[] =>
    everySession(world.db, dispatch).map(({ session, facts }) => [
      session.stage,
      session.launches,
      facts.runtime?.state,
    ]);
  expect(states()).toEqual([
    ['running', 2, 'starting'],
    ['queued', 1, 'gone'],
    ['queued', 1, 'gone'],
  ]);
  const told = readEvents(world.db, { session: sessionId('app-2'), limit: 1_000 }).flatMap(
    ({ event }) => (event.type === 'session.queued' ? [event.reason] : []),
  );
  expect(told).toEqual(['1 of 1 sessions are running; the agent is resumed when there is room']);
  const admission = createAdmission({ db: world.db, dispatch, limits, clock: world.clock });
  admission.start();
  dispatch.input(ID, { type: 'command', command: { type: 'kill', reason: null }, by: AO });
  await Promise.resolve();
  admission.stop();
  expect(states().slice(1)).toEqual([
    ['running', 2, 'starting'],
    ['queued', 1, 'gone'],
  ]);
  expect(jobState(world.db, 'start_runtime:app-2:2')).toBe('pending');
  expect(dispatch.snapshot('app-2')?.steers.map(({ kind, state }) => [kind, state])).toEqual([
    ['task', 'accepted'],
    ['resume', 'queued'],
  ]);
});

const GIB = 2 ** 30;
const PEOPLE = { maxSessions: 9, perProject: {} };

test.each<[string, AdmissionLimits, string]>([
  ['a person may have', { ...PEOPLE, maxPerUser: 1 }, '1 of 1 sessions of Dana are running'],
  [
    'a person may begin in an hour',
    { ...PEOPLE, spawnPerHour: 1 },
    'Dana started 1 of 1 sessions within an hour',
  ],
  ['fit into memory', { ...PEOPLE, memory: { perSession: GIB, reserve: GIB } }, 'memory'],
])('after a reboot no more agents are resumed than %s', async (_what, limits, reason) => {
  const world = lifecycleWorld();
  for (const id of ['app-1', 'app-2']) await world.working(id);
  for (const id of ['app-1', 'app-2']) world.runtime.vanish(id);
  const dispatch = world.restart();
  const machine = () => ({ available: 2.5 * GIB, pressure: null });
  expect(await recover(world, dispatch, undefined, () => limits, { machine })).toMatchObject({
    gone: 2,
    queued: 1,
  });
  expect(everySession(world.db, dispatch).map(({ session }) => session.stage)).toEqual([
    'running',
    'queued',
  ]);
  const told = readEvents(world.db, { session: sessionId('app-2'), limit: 1_000 }).flatMap(
    ({ event }) => (event.type === 'session.queued' ? [event.reason] : []),
  );
  expect(told).toEqual([expect.stringContaining(reason)]);
});

test.each(['ask', 'never'] as const)(
  'where agents are resumed by people (%s), none waits for room',
  async (resume) => {
    const world = lifecycleWorld({ policy: policyWith({ resume }) });
    await world.working('app-1');
    world.runtime.vanish('app-1');
    const dispatch = world.restart();
    expect(
      await recover(world, dispatch, undefined, () => ({ maxSessions: 0, perProject: {} })),
    ).toMatchObject({ gone: 1, queued: 0 });
    expect(dispatch.snapshot(ID)?.session.stage).not.toBe('queued');
  },
);

test('an agent that ended while ao was down is told with its last words, and resumed', async () => {
  const world = lifecycleWorld();
  await world.working('app-1');
  world.runtime.print('app-1', 'segmentation fault');
  world.runtime.exit('app-1', 139, { push: false });
  const dispatch = world.restart();
  expect(await recover(world, dispatch)).toMatchObject({ exited: 1 });
  const exit = readEvents(world.db, { session: ID, limit: 1_000 }).find(
    (row) => row.event.type === 'runtime.exited',
  );
  expect(exit?.event).toMatchObject({
    exitCode: 139,
    output: expect.stringContaining('segmentation fault'),
  });
  expect(dispatch.snapshot(ID)?.session.launches).toBe(2);
});

test('probes that fail say nothing: neither lost nor missing', async () => {
  const world = lifecycleWorld();
  await world.working('app-1');
  world.runtime.unreachable = true;
  world.workspaces.broken = true;
  const dispatch = world.restart();
  const before = dispatch.snapshot(ID);
  expect(await recover(world, dispatch)).toMatchObject({ gone: 0, workspacesMissing: 0 });
  expect(dispatch.snapshot(ID)).toEqual(before);
});

test('a session whose runtime was being started is left to the outbox', async () => {
  const world = lifecycleWorld();
  await world.working('app-1');
  world.runtime.exit('app-1', 1, { push: false });
  world.dispatch.input(ID, {
    type: 'fact',
    fact: {
      type: 'runtime',
      fact: {
        state: 'exited',
        exitCode: 1,
        pid: null,
        handle: world.dispatch.snapshot(ID)?.facts.runtime?.handle ?? null,
        at: world.clock.now(),
      },
      output: null,
    },
  });
  const dispatch = world.restart();
  expect(dispatch.snapshot(ID)?.facts.runtime?.state).toBe('starting');
  expect(await recover(world, dispatch)).toMatchObject({ gone: 0, exited: 0, orphans: 0 });
  expect(dispatch.snapshot(ID)?.session.launches).toBe(2);
});

test('one session that can’t be compared does not keep the others from it', async () => {
  const world = lifecycleWorld();
  await world.working('app-1');
  await world.working('app-2');
  const dispatch = world.restart();
  const plugins = {
    ...world.plugins,
    runtime(session: Parameters<typeof world.plugins.runtime>[0]) {
      if (session.id === 'app-1') throw new Error('its project is not configured any more');
      return world.plugins.runtime(session);
    },
  };
  await reconcile({
    plugins,
    dispatch,
    agents: world.agents,
    clock: world.clock,
    logger: world.logger,
    openThread: () => false,
  });
  expect(world.watched).toEqual(['app-2']);
});
