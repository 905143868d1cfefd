import { expect, test } from 'vitest';
import {
  DANA,
  freshSnapshot,
  launching,
  mergeable,
  policyWith,
  SHA,
  type World,
  working,
} from '../../../test/support/session-world.ts';
import type { ProjectPolicy } from '../session/policy.ts';

const TRACKER: ProjectPolicy['tracker'] = {
  assign: '@me',
  labels: { onSpawn: ['in progress'], onMerge: ['shipped'], onEnd: ['needs a person'] },
  comment: 'always',
};
const told = (world: World) => world.wanted('update_issue');
const merge = (world: World): void => {
  world.command({ type: 'merge', pr: 'local:app#1', sha: SHA(1), method: null }, DANA);
  world.outcome('merge_pr', {
    type: 'merged',
    pr: 'local:app#1',
    sha: SHA(1),
    mergeSha: SHA(99),
    by: 'Dana',
  });
};

test('where nothing is configured the issue is left alone until its pull request merged', () => {
  const world = working();
  expect(told(world)).toEqual([]);
  world.command({ type: 'kill', reason: null });
  expect(told(world)).toEqual([]);
});

test('a session that begins gives the issue to somebody and labels it, once', () => {
  const world = launching({ policy: policyWith({ tracker: TRACKER }) });
  expect(told(world)).toEqual([
    {
      type: 'update_issue',
      issue: '42',
      key: 'begins-0',
      addLabels: ['in progress'],
      removeLabels: ['shipped', 'needs a person'],
      assignee: '@me',
      close: false,
      comment: null,
    },
  ]);
});

test('whoever has the issue keeps it', () => {
  const fresh = freshSnapshot();
  const issue = {
    id: '42',
    title: 'Make it faster',
    state: 'open',
    labels: [],
    assignee: 'lee',
    url: null,
    at: 0,
  } as const;
  const world = launching({
    policy: policyWith({ tracker: TRACKER }),
    snapshot: { ...fresh, facts: { ...fresh.facts, issue } },
  });
  expect(told(world)).toMatchObject([{ assignee: null, addLabels: ['in progress'] }]);
});

test('a merge closes, labels, and says outcome, rounds and cost', () => {
  const world = mergeable({ policy: policyWith({ tracker: TRACKER }) });
  world.fact({
    type: 'usage',
    fact: {
      models: [
        {
          model: 'm',
          inputTokens: 1,
          outputTokens: 1,
          cacheReadTokens: 0,
          cacheWriteTokens: 0,
          usd: 2.4,
        },
      ],
      at: world.now,
    },
  });
  merge(world);
  expect(told(world).at(-1)).toMatchObject({
    key: 'ends-0',
    addLabels: ['shipped'],
    removeLabels: ['in progress'],
    close: true,
    assignee: null,
  });
  expect(told(world).at(-1)?.comment).toMatch(
    /^Pull request #1 was merged into main as [0-9a-f]{7} by session app-1 \(0 CI rounds, 0 review rounds, \$2\.40\)\.$/,
  );
});

test('an end without a merge labels and tells, and closes nothing', () => {
  const world = working({ policy: policyWith({ tracker: TRACKER }) });
  world.command({ type: 'kill', reason: '@everyone look' });
  expect(told(world).at(-1)).toMatchObject({
    key: 'ends-0',
    addLabels: ['needs a person'],
    removeLabels: ['in progress'],
    close: false,
  });
  expect(told(world).at(-1)?.comment).toBe(
    'Session app-1 was stopped by a person (0 CI rounds, 0 review rounds). Its branch is feat/42.',
  );
});

test('a session that is brought back is told as begun again', () => {
  const world = working({ policy: policyWith({ tracker: TRACKER }) });
  world.command({ type: 'kill', reason: null });
  world.command({ type: 'undo' });
  expect(told(world).map((one) => one.key)).toEqual(['begins-0', 'ends-0', 'begins-2']);
});

test('comment: never closes without a word, merge.closeIssue: false leaves it open', () => {
  const silent = mergeable({ policy: policyWith({ tracker: { ...TRACKER, comment: 'never' } }) });
  merge(silent);
  expect(told(silent).at(-1)).toMatchObject({ close: true, comment: null });
  const open = mergeable({
    policy: policyWith({ tracker: TRACKER, merge: { closeIssue: false } }),
  });
  merge(open);
  expect(told(open).at(-1)).toMatchObject({ close: false, addLabels: ['shipped'] });
});

test('a tracker that refuses is told to people, and the session goes on', () => {
  const world = launching({ policy: policyWith({ tracker: TRACKER }) });
  world.fails('update_issue', 'GitHub gave issue #42 to nobody.');
  expect(world.of('effect.failed')).toMatchObject([
    { effect: 'update_issue', reason: 'GitHub gave issue #42 to nobody.' },
  ]);
  expect(world.snapshot.session.ended).toBeNull();
});
