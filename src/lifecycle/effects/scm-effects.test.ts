import { expect, test } from 'vitest';
import { createFakeScm } from '../../../test/fakes/fake-scm.ts';
import { lifecycleWorld, sessionId } from '../../../test/support/lifecycle-world.ts';
import { DANA, policyWith } from '../../../test/support/session-world.ts';
import type { Job } from '../../db/outbox-store.ts';
import type { Effect } from '../../domain/session/effect.ts';
import { scmEffects } from './scm-effects.ts';

const ID = sessionId('app-1');

/** A pull request that could be merged, and the merge of its head as a job. */
async function ready() {
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
    plugins: { ...world.plugins, scm: () => scm },
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
