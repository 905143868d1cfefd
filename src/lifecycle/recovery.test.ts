import { expect, test } from 'vitest';
import { type LifecycleWorld, lifecycleWorld, sessionId } from '../../test/support/lifecycle-world.ts';
import { policyWith, pullRequest } from '../../test/support/session-world.ts';
import { readEvents } from '../db/event-store.ts';
import { statusOf } from '../domain/status.ts';
import type { Dispatch } from './dispatch.ts';
import { reconcile } from './recovery.ts';

const ID = sessionId('app-1');

const recover = (world: LifecycleWorld, dispatch: Dispatch, openThread: () => boolean = () => false) =>
  reconcile({
    plugins: world.plugins,
    dispatch,
    agents: world.agents,
    clock: world.clock,
    logger: world.logger,
    openThread,
  });
const eventsOf = (world: LifecycleWorld): readonly string[] => readEvents(world.db, { session: ID, limit: 1_000 }).map((row) => row.event.type);

interface Truths {
  readonly row: boolean;
  readonly runtime: boolean;
  readonly workspace: boolean;
  readonly pr: boolean;
  readonly thread: boolean;
}
const COMBINATIONS: readonly Truths[] = Array.from({ length: 32 }, (_, n) => ({
  row: (n & 1) > 0,
  runtime: (n & 2) > 0,
  workspace: (n & 4) > 0,
  pr: (n & 8) > 0,
  thread: (n & 16) > 0,
}));
const name = (truths: Truths): string =>
  Object.entries(truths)
    .map(([what, is]) => `${is ? '' : 'no '}${what}`)
    .join(', ');

/** What must be said and done in each of them; the pull request changes neither. */
function expected({ row, runtime, workspace }: Truths) {
  if (!row) return { status: null, orphans: runtime ? 1 : 0, watched: 0, told: null };
  if (!workspace) return { status: 'terminated', orphans: 0, watched: 0, told: 'session.ended' };
  if (runtime) return { status: 'watched', orphans: 0, watched: 1, told: 'session.recovered' };
  return { status: 'spawning', orphans: 0, watched: 0, told: 'session.recovered' };
}

test.each(COMBINATIONS.map((truths) => [name(truths), truths] as const))('%s', async (_name, truths) => {
  const world = lifecycleWorld();
  await world.working('app-1');
  if (truths.pr) world.dispatch.input(ID, { type: 'fact', fact: { type: 'pull_request', fact: pullRequest(world.clock.now()) } });
  const path = world.dispatch.snapshot(ID)?.session.workspace?.path ?? '';
  if (!truths.workspace) world.workspaces.missing.add(path);
  if (!truths.runtime) world.runtime.vanish('app-1');
  if (!truths.row) world.db.$client.exec('DELETE FROM sessions');
  const before = eventsOf(world).length;
  const dispatch = world.restart();
  let opened = 0;
  const result = await recover(world, dispatch, () => {
    if (!truths.thread) opened += 1;
    return !truths.thread;
  });
  const wanted = expected(truths);
  expect(result.orphans).toBe(wanted.orphans);
  expect(world.watched).toHaveLength(wanted.watched);
  expect(result.threadsOpened).toBe(truths.row && !truths.thread ? 1 : 0);
  expect(opened).toBe(result.threadsOpened);
  const snapshot = dispatch.snapshot(ID);
  if (!truths.row) return expect(snapshot).toBeNull();
  if (snapshot === null) throw new Error('the session is lost');
  const status = statusOf(snapshot, policyWith(), world.clock.now());
  if (wanted.status !== 'watched') expect(status).toBe(wanted.status);
  expect(eventsOf(world).slice(before)).toContain(wanted.told);
  if (wanted.status === 'terminated') {
    dispatch.input(ID, { type: 'command', command: { type: 'restore', message: null }, by: snapshot.session.owner });
    expect(dispatch.snapshot(ID)?.session.ended).toBeNull();
  }
});

test('an agent that ended while ao was down is told with its last words, and resumed', async () => {
  const world = lifecycleWorld();
  await world.working('app-1');
  world.runtime.print('app-1', 'segmentation fault');
  world.runtime.exit('app-1', 139, { push: false });
  const dispatch = world.restart();
  expect(await recover(world, dispatch)).toMatchObject({ exited: 1 });
  const exit = readEvents(world.db, { session: ID, limit: 1_000 }).find((row) => row.event.type === 'runtime.exited');
  expect(exit?.event).toMatchObject({ exitCode: 139, output: expect.stringContaining('segmentation fault') });
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
      fact: { state: 'exited', exitCode: 1, pid: null, handle: world.dispatch.snapshot(ID)?.facts.runtime?.handle ?? null, at: world.clock.now() },
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
  await reconcile({ plugins, dispatch, agents: world.agents, clock: world.clock, logger: world.logger, openThread: () => false });
  expect(world.watched).toEqual(['app-2']);
});
