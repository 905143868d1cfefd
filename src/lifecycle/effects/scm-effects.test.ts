import { expect, test } from 'vitest';
import { createFakeScm } from '../../../test/fakes/fake-scm.ts';
import { APP } from '../../../test/support/command-world.ts';
import { lifecycleWorld, sessionId } from '../../../test/support/lifecycle-world.ts';
import { DANA, policyWith } from '../../../test/support/session-world.ts';
import type { Job } from '../../db/outbox-store.ts';
import type { Effect } from '../../domain/session/effect.ts';
import type { Session } from '../../domain/session/session.ts';
import type { Followed } from '../../slots/workspace.ts';
import { scmEffects } from './scm-effects.ts';

const ID = sessionId('app-1');

/** A pull request that could be merged, and the merge of its head as a job. */
async function ready(followed: Followed | null = null) {
  const world = lifecycleWorld();
  await world.working('app-1');
  const scm = createFakeScm(() => world.clock.now());
  const head = scm.push('feat/42', { 'a.ts': '1' });
  const { key } = await scm.create({
    session: ID,
    branch: 'feat/42',
    base: 'main',
    title: 't',
    body: '',
    draft: false,
  });
  scm.setChecks(key, { unit: 'success' });
  await scm.review(key, {
    decision: 'approve',
    text: '',
    by: DANA,
    file: null,
    line: null,
    key: 'r1',
  });
  world.dispatch.input(ID, {
    type: 'fact',
    fact: { type: 'pull_request', fact: await scm.read(key) },
  });
  const handlers = scmEffects({
    ...world,
    installation: 'test',
    plugins: {
      ...world.plugins,
      scm: () => scm,
      ...(followed === null
        ? {}
        : {
            project: () => APP,
            workspace: (session: Session) => ({
              ...world.plugins.workspace(session),
              follow: async () => followed,
            }),
          }),
    },
    agentEnv: () => ({}),
    redact: (text) => text,
    policyOf: () => policyWith(),
  });
  const effect: Effect = {
    type: 'merge_pr',
    pr: key,
    sha: head,
    base: 'main',
    method: 'squash',
    by: DANA,
    attempt: 1,
    nonce: 1,
  };
  const merge = async (inDoubt: boolean): Promise<unknown> => {
    const job: Job = {
      id: 1,
      key: 'k',
      lane: 'l',
      session: ID,
      type: 'merge_pr',
      payload: effect,
      attempts: inDoubt ? 2 : 1,
      inDoubt,
      createdAt: 0,
    };
    return (await handlers.merge_pr?.run(job))?.result;
  };
  return {
    world,
    scm,
    key,
    merge,
    merges: () => scm.calls.filter((call) => call.startsWith('merge')),
  };
}

test.each<[string, Followed, number]>([
  [
    'leaves out commits of the worktree',
    { type: 'left', why: 'diverged', ours: 1, commits: [] },
    0,
  ],
  ['is not in the repository', { type: 'absent' }, 0],
  ['has a push of others on top', { type: 'left', why: 'behind', ours: 0, commits: [] }, 1],
  ['is in the worktree', { type: 'has', ours: 3 }, 1],
])('M11: compared right before the merge: a head that %s', async (_what, followed, merged) => {
  const { merge, merges } = await ready(followed);
  expect(await merge(false)).toMatchObject(
    merged === 1 ? { type: 'merged' } : { type: 'failed', code: 'AO_GATE_CLOSED' },
  );
  expect(merges()).toHaveLength(merged);
});

test('a merge goes through with an open gate', async () => {
  const { merge, merges } = await ready();
  expect(await merge(false)).toMatchObject({ type: 'merged', by: 'Dana' });
  expect(merges()).toHaveLength(1);
});

test.each([false, true])(
  'the gate is looked at on fresh data, also when a former try may have got through (in doubt: %s)',
  async (inDoubt) => {
    const { scm, key, merge, merges } = await ready();
    scm.setChecks(key, { unit: 'failure' });
    expect(await merge(inDoubt)).toMatchObject({ type: 'failed', code: 'AO_GATE_CLOSED' });
    expect(merges()).toEqual([]);
  },
);

test.each([false, true])(
  'nothing is merged for a session that ended meanwhile (in doubt: %s)',
  async (inDoubt) => {
    const { world, merge, merges } = await ready();
    world.dispatch.input(ID, {
      type: 'command',
      command: { type: 'kill', reason: null },
      by: DANA,
    });
    expect(await merge(inDoubt)).toMatchObject({ type: 'failed' });
    expect(merges()).toEqual([]);
  },
);

test('another head is never merged', async () => {
  const { scm, merge, merges } = await ready();
  scm.push('feat/42', { 'b.ts': '2' });
  expect(await merge(false)).toMatchObject({ type: 'failed', code: 'AO_SCM_HEAD_MOVED' });
  expect(merges()).toEqual([]);
});

test('in doubt and merged already: it is found, not repeated', async () => {
  const { merge, merges } = await ready();
  await merge(false);
  expect(await merge(true)).toMatchObject({ type: 'merged' });
  expect(merges()).toHaveLength(1);
});

test('in doubt and in the merge queue: it is followed', async () => {
  const { scm, key, merge, merges } = await ready();
  scm.set(key, { mergeability: 'queued' });
  expect(await merge(true)).toMatchObject({ type: 'enqueued' });
  expect(merges()).toEqual([]);
});
