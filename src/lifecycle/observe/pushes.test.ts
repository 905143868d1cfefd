import { expect, test } from 'vitest';
import { createFakeScm } from '../../../test/fakes/fake-scm.ts';
import { APP } from '../../../test/support/command-world.ts';
import { lifecycleWorld, sessionId } from '../../../test/support/lifecycle-world.ts';
import { memoryKeyValue } from '../../../test/support/plugin-context.ts';
import { pullRequest, SHA } from '../../../test/support/session-world.ts';
import type { Followed, FollowInput, WorkspacePlugin } from '../../slots/workspace.ts';
import { createPushObserver } from './pushes.ts';

async function watching(answers: readonly Followed[]) {
  const world = lifecycleWorld();
  await world.working('app-1');
  const id = sessionId('app-1');
  const asked: FollowInput[] = [];
  const left = [...answers];
  const from = { remote: 'origin', ref: 'refs/heads/feat/42' };
  const scm = {
    ...createFakeScm(),
    head: async () => ({ sha: SHA(2), from, push: { type: 'own' as const } }),
  };
  const workspace = {
    ...world.plugins.workspaceFor('app'),
    follow: async (input: FollowInput) => {
      asked.push(input);
      return left.shift() ?? { type: 'has' as const };
    },
  } satisfies WorkspacePlugin;
  const seen = memoryKeyValue();
  const create = () =>
    createPushObserver({
      plugins: { ...world.plugins, project: () => APP, scm: () => scm, workspace: () => workspace },
      dispatch: world.dispatch,
      logger: world.logger,
      seen,
    });
  const observer = create();
  const branch = world.dispatch.snapshot(id)?.session.branch ?? '';
  const head = (n: number) =>
    world.dispatch.input(id, {
      type: 'fact',
      fact: {
        type: 'pull_request',
        fact: { ...pullRequest(world.clock.now() + n), branch, headSha: SHA(n) },
      },
    });
  const told: unknown[] = [];
  world.dispatch.onChange(({ events }) => {
    for (const { event } of events) if (event.type === 'branch.pushed') told.push(event.sha);
  });
  const activity = (state: 'active' | 'ready') => {
    world.clock.jump(1_000);
    const at = world.clock.now();
    const fact = { state, source: 'hook', detail: null, resetAt: null, since: at, at } as const;
    world.dispatch.input(id, { type: 'fact', fact: { type: 'activity', fact, lastMessage: null } });
  };
  const turn = () => {
    activity('active');
    activity('ready');
  };
  const work = () => world.dispatch.snapshot(id)?.facts.workAtHead;
  return { observer, create, head, asked, told, from, turn, work, world, id };
}

test('M13: each new head is compared once, without the forge where the commit is here, over restarts too', async () => {
  const { observer, create, head, asked, told } = await watching([]);
  head(1);
  observer.start();
  await observer.idle();
  head(2);
  await observer.idle();
  expect(asked.map(({ sha, from }) => [sha, from])).toEqual([
    [SHA(1), null],
    [SHA(2), null],
  ]);
  observer.stop();
  const again = create();
  again.start();
  await again.idle();
  // The start looks whose work it is, and takes nothing over.
  expect(asked.slice(2).map(({ mayTake }) => mayTake)).toEqual([false]);
  expect(told).toEqual([]);
});

test('M13: what is not here is fetched from where the forge says, and told', async () => {
  const commits = [{ sha: SHA(2), author: 'Kim', title: 'x' }];
  const { observer, head, asked, told, from } = await watching([
    { type: 'has' },
    { type: 'absent' },
    { type: 'taken', commits },
  ]);
  head(1);
  observer.start();
  await observer.idle();
  head(2);
  await observer.idle();
  expect(asked.slice(1).map((input) => input.from)).toEqual([null, from]);
  expect(told).toEqual([SHA(2)]);
});

test('M11: a pull request that appears with commits of others is compared at once, and again after each turn', async () => {
  const commits = [{ sha: SHA(1), author: 'Kim', title: 'x' }];
  const { observer, head, asked, told, turn, work } = await watching([
    { type: 'left', why: 'diverged', ours: 1, commits },
    { type: 'left', why: 'diverged', ours: 1, commits },
    { type: 'has', ours: 2 },
  ]);
  observer.start();
  await observer.idle();
  head(1);
  await observer.idle();
  expect(told).toEqual([SHA(1)]);
  expect(work()).toMatchObject({ sha: SHA(1), head: 'lacks', ours: 1 });
  turn();
  await observer.idle();
  turn();
  await observer.idle();
  expect(work()).toMatchObject({ head: 'has', ours: 2 });
  // Told once; what is only compared changes nothing in the workspace.
  expect(told).toEqual([SHA(1)]);
  expect(asked.map(({ mayTake }) => mayTake).slice(1)).toEqual([false, false]);
});
