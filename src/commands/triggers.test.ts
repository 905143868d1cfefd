import { describe, expect, onTestFinished, test } from 'vitest';
import { createFakeTracker, type FakeTracker } from '../../test/fakes/fake-tracker.ts';
import { lifecycleWorld, sessionId } from '../../test/support/lifecycle-world.ts';
import { DANA, freshSnapshot } from '../../test/support/session-world.ts';
import { until } from '../../test/support/until.ts';
import { MOST_LABELLED } from '../domain/money/most-labelled.ts';
import type { FileProblem } from '../lib/guarded/problem.ts';
import { err, ok } from '../lib/result.ts';
import { rejected, transient } from '../slots/errors.ts';
import type { Issue } from '../slots/tracker.ts';
import type { Commands } from './commands.ts';
import { createTriggers } from './triggers.ts';

const issue = (id: string, change: Partial<Issue> = {}): Issue => ({
  id,
  title: `Issue ${id}`,
  body: '',
  state: 'open',
  labels: ['ao'],
  assignee: null,
  author: 'lee',
  authorPermission: 'write',
  url: null,
  comments: [],
  updatedAt: 0,
  ...change,
});

function world() {
  const base = lifecycleWorld();
  const tracker = createFakeTracker();
  const spawned: string[] = [];
  const announced: string[] = [];
  const told: string[] = [];
  const started: string[] = [];
  let refusal: { code: string; message: string } | null = null;
  const spawn: Commands['spawn'] = async (_actor, request) => {
    if (refusal !== null) return err(refusal);
    spawned.push(`${request.key} #${request.issues.join()}`);
    return ok([{ issue: request.issues[0] ?? null, session: null, refusal: null }]);
  };
  const open = () => {
    const triggers = createTriggers({
      db: base.db,
      clock: base.clock,
      logger: base.logger,
      dispatch: base.dispatch,
      plugins: { ...base.plugins, tracker: () => tracker },
      spawn,
      triggers: () => [{ project: 'app', label: 'ao', interval: 60_000 }],
      announce: (_project, { id }) => void announced.push(id),
      announcedStarted: (_project, { id }, session) => void started.push(`${id} as ${session}`),
      tell: (_project, { message }) => void told.push(message),
    });
    onTestFinished(() => triggers.stop());
    return triggers;
  };
  return {
    ...base,
    tracker,
    spawned,
    announced,
    told,
    started,
    open,
    refuse: (with_: typeof refusal) => (refusal = with_),
  };
}

test('labelled issues of people with write access start, once each, over restarts', async () => {
  const { tracker, open, spawned } = world();
  for (const each of [
    issue('10'),
    issue('9', { authorPermission: 'admin' }),
    issue('8', { labels: [] }),
    issue('7', { state: 'closed' }),
  ])
    tracker.issues.set(each.id, each);
  await open().look('app');
  const again = open();
  await again.look('app');
  await again.look('app');
  expect(spawned).toEqual(['trigger app #9', 'trigger app #10']);
});

test('an outsider’s issue is shown once and starts nothing; a start by somebody is noticed', async () => {
  const { tracker, open, spawned, announced, started, dispatch, clock } = world();
  tracker.issues.set('42', issue('42', { authorPermission: 'read' }));
  tracker.issues.set('43', issue('43', { authorPermission: 'none' }));
  const triggers = open();
  triggers.start();
  await triggers.look('app');
  await open().look('app');
  expect(announced).toEqual(['42', '43']);
  expect(spawned).toEqual([]);
  dispatch.create(freshSnapshot({ id: sessionId('app-1') }, clock.now()), [
    { type: 'session.spawned', by: DANA },
  ]);
  await until(() => started.length > 0);
  expect(started).toEqual(['42 as app-1']);
  await triggers.look('app');
  expect(announced).toEqual(['42', '43']);
});

test('whose permission can’t be read is asked again at the next look', async () => {
  const { tracker, open, spawned, announced } = world();
  tracker.issues.set('42', issue('42', { authorPermission: 'unknown' }));
  const triggers = open();
  await triggers.look('app');
  expect([...spawned, ...announced]).toEqual([]);
  tracker.issues.set('42', issue('42'));
  await triggers.look('app');
  expect(spawned).toHaveLength(1);
});

test('what can’t start now is told and tried again; what somebody else started is left alone', async () => {
  const { tracker, open, spawned, told, refuse } = world();
  tracker.issues.set('42', issue('42'));
  const triggers = open();
  refuse({ code: 'AO_AGENT_MISSING', message: 'There is no agent.' });
  await triggers.look('app');
  expect(told).toEqual([
    'Issue #42 has the label ao, but could not be started: There is no agent.',
  ]);
  refuse(null);
  await triggers.look('app');
  expect(spawned).toHaveLength(1);
  tracker.issues.set('43', issue('43'));
  refuse({ code: 'AO_ISSUE_TAKEN', message: 'taken' });
  await triggers.look('app');
  refuse(null);
  await triggers.look('app');
  expect(spawned).toHaveLength(1);
  expect(told).toHaveLength(1);
});

test('looks by itself soon after the start and then at its pace; a tracker that is away stops nothing', async () => {
  const { tracker, open, spawned, clock } = world();
  tracker.failWith = transient('AO_X', 'away');
  const triggers = open();
  triggers.start();
  clock.pass(10_000);
  await new Promise((resolve) => setImmediate(resolve));
  tracker.failWith = null;
  tracker.issues.set('42', issue('42'));
  clock.pass(61_000);
  await until(() => spawned.length === 1);
});

test('more labelled issues than one page start; more than are read are told of once', async () => {
  const { tracker, open, spawned, told } = world();
  for (let number = 1; number <= 120; number += 1)
    tracker.issues.set(String(number), issue(String(number)));
  const triggers = open();
  await triggers.look('app');
  expect(spawned).toHaveLength(120);
  expect(told).toEqual([]);
  for (let number = 121; number <= MOST_LABELLED; number += 1)
    tracker.issues.set(String(number), issue(String(number), { authorPermission: 'unknown' }));
  await triggers.look('app');
  await triggers.look('app');
  expect(told).toEqual([expect.stringContaining('1000 or more open issues have the label ao')]);
});

test('an issue that can not be read keeps none of the others waiting', async () => {
  const { tracker, open, spawned } = world();
  tracker.issues.set('1', issue('1', { authorPermission: 'unknown' }));
  tracker.issues.set('2', issue('2'));
  tracker.get = async () => {
    throw transient('AO_UPSTREAM', 'No answer.');
  };
  await open().look('app');
  expect(spawned).toEqual(['trigger app #2']);
});

test('an issue that can not be read is told once for as long as it lasts, over restarts', async () => {
  const { tracker, open, told } = world();
  let problems: readonly FileProblem[] = [
    { kind: 'not_a_file', path: '/repo/.ao/issues/1-a.md', found: 'a named pipe' },
  ];
  Object.assign(tracker, { unreadable: () => problems });
  await open().look('app');
  const again = open();
  await again.look('app');
  expect(told).toEqual([expect.stringContaining('/repo/.ao/issues/1-a.md is a named pipe')]);
  const [first] = problems;
  problems = [];
  await again.look('app');
  problems = first === undefined ? [] : [first];
  await again.look('app');
  expect(told).toHaveLength(2);
});

test('a folder of issues that can not be read is told once', async () => {
  const { tracker, open, told } = world();
  tracker.list = () => Promise.reject(rejected('AO_TRACKER_UNREADABLE', '/repo/.ao is a socket.'));
  const triggers = open();
  await triggers.look('app');
  await triggers.look('app');
  expect(told).toEqual([expect.stringContaining('/repo/.ao is a socket.')]);
});

describe('an issue that had the label before', () => {
  const off = (tracker: { issues: Map<string, Issue> }, change: Partial<Issue>): void =>
    void tracker.issues.set('42', issue('42', change));

  test.each([
    ['the label was taken off and put on again', { labels: [] }],
    ['it was closed and opened again', { state: 'closed' as const }],
  ])('starts again when %s, over a restart', async (_, change) => {
    const { tracker, open, spawned, told } = world();
    off(tracker, {});
    await open().look('app');
    off(tracker, change);
    await open().look('app');
    await open().look('app');
    off(tracker, {});
    const triggers = open();
    await triggers.look('app');
    await triggers.look('app');
    // Another key, or it would be the session of the first time.
    expect(spawned).toEqual(['trigger app #42', 'trigger app 1 #42']);
    expect(told).toEqual([]);
  });

  test('starts again when its file was gone and is back', async () => {
    const { tracker, open, spawned } = world();
    off(tracker, {});
    await open().look('app');
    tracker.issues.delete('42');
    await open().look('app');
    off(tracker, {});
    await open().look('app');
    expect(spawned).toHaveLength(2);
  });

  test('and still has a session says so', async () => {
    const { tracker, open, told, refuse } = world();
    off(tracker, {});
    await open().look('app');
    off(tracker, { labels: [] });
    await open().look('app');
    off(tracker, {});
    refuse({ code: 'AO_ISSUE_TAKEN', message: 'Issue #42 already has app-1 (working).' });
    const triggers = open();
    await triggers.look('app');
    await triggers.look('app');
    expect(told).toEqual([
      'Issue #42 has the label ao again, but could not be started: Issue #42 already has app-1 (working).',
    ]);
  });

  test.each([
    [
      'a list that leaves it out',
      (tracker: FakeTracker) => {
        tracker.list = async () => [];
      },
    ],
    [
      'a list with something that can not be read',
      (tracker: FakeTracker) => {
        tracker.list = async () => [];
        tracker.unreadable = () => [{ kind: 'unreadable', path: '/x', found: 'a pipe' }];
      },
    ],
    [
      'a tracker that is away',
      (tracker: FakeTracker) => {
        tracker.list = () => Promise.reject(transient('AO_X', 'away'));
      },
    ],
  ])('does not start twice because of %s', async (_, spoil) => {
    const { tracker, open, spawned } = world();
    off(tracker, {});
    const { list } = tracker;
    await open().look('app');
    spoil(tracker);
    await open().look('app');
    tracker.list = list;
    await open().look('app');
    expect(spawned).toEqual(['trigger app #42']);
  });
});
