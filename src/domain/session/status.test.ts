import { expect, test } from 'vitest';
import {
  APPROVED,
  admitted,
  checksOf,
  createWorld,
  DANA,
  freshSnapshot,
  green,
  HOUR,
  launching,
  MINUTE,
  mergeable,
  pending,
  policyWith,
  question,
  red,
  resting,
  SHA,
  startRuntime,
  type World,
  withPr,
  working,
} from '../../../test/support/session-world.ts';
import { STATUSES, type Status } from './statuses.ts';

/** Each status through facts, commands, outcomes and time only. */
const REACHED: Readonly<Record<Status, () => World>> = {
  queued: () => createWorld(),
  spawning: () => launching(),
  working: () => working(),
  idle: () => resting(),
  pr_open: () => withPr(),
  ci_failed: () => after(withPr(), (world) => world.pr({ checks: red(SHA(1)) })),
  review_pending: () => after(withPr(), (world) => world.pr({ checks: green(SHA(1)) })),
  changes_requested: () =>
    after(withPr(), (world) =>
      world.pr({
        checks: green(SHA(1)),
        review: { decision: 'changes_requested', approvedBy: [], comments: [] },
      }),
    ),
  approved: () => after(withPr(), (world) => world.pr({ review: APPROVED })),
  mergeable: () => mergeable(),
  merge_failed: () =>
    after(clicked(mergeable()), (world) => world.fails('merge_pr', 'hooks refused it')),
  merged: () =>
    after(cleaning(), (world) =>
      world.outcome('remove_workspace', {
        type: 'workspace_removed',
        snapshotRef: 'refs/ao/1',
        branchDeleted: true,
      }),
    ),
  cleanup: () => cleaning(),
  needs_input: () =>
    after(working(), (world) => world.fact({ type: 'request_opened', request: question('q1') })),
  stuck: () => after(working(), (world) => world.pass(11 * MINUTE)),
  errored: () => after(admitted(), (world) => world.fails('create_workspace', 'the disk is full')),
  killed: () => after(working(), (world) => world.command({ type: 'kill', reason: null })),
  done: () => after(working(), (world) => world.command({ type: 'done' })),
  terminated: () =>
    after(working({ policy: policyWith({ resume: 'never' }) }), (world) => world.runtime('gone')),
  limited: () =>
    after(working(), (world) => world.activity('limited', { resetAt: world.now + HOUR })),
  paused: () => after(working(), (world) => world.command({ type: 'pause', reason: 'lunch' })),
};

function after(world: World, act: (world: World) => void): World {
  act(world);
  return world;
}

const clicked = (world: World): World =>
  after(world, () =>
    world.command({ type: 'merge', pr: 'local:app#1', sha: SHA(1), method: null }),
  );
const cleaning = (): World =>
  after(clicked(mergeable()), (world) =>
    world.outcome('merge_pr', {
      type: 'merged',
      pr: 'local:app#1',
      sha: SHA(1),
      mergeSha: SHA(99),
      by: 'Dana',
    }),
  );

test.each(STATUSES)('%s is reached through facts, and told', (status) => {
  const world = REACHED[status]();
  expect(world.status).toBe(status);
  expect(world.snapshot.session.toldStatus).toBe(status);
});

test('there are 21', () => expect(new Set(STATUSES).size).toBe(21));

test.each<[string, () => World, string]>([
  ['working is the agent’s', () => working(), 'agent'],
  ['failed checks are the agent’s', REACHED.ci_failed, 'agent'],
  ['running checks are the machine’s', () => withPr(), 'ci'],
  ['a merge that somebody pressed waits for nobody', () => clicked(mergeable()), 'nobody'],
  [
    'a working agent keeps its turn while checks run',
    () => after(withPr(), (world) => world.activity('active')),
    'agent',
  ],
  [
    'a conflict is the agent’s',
    () => after(withPr(), (world) => world.pr({ mergeability: 'conflicting' })),
    'agent',
  ],
  ['a question is a person’s', REACHED.needs_input, 'human'],
  ['a missing review is a person’s', REACHED.review_pending, 'human'],
  ['a merge to approve is a person’s', REACHED.mergeable, 'human'],
  ['a stuck agent is a person’s, because it was escalated', REACHED.stuck, 'human'],
  ['a queued session is nobody’s', REACHED.queued, 'nobody'],
  ['an ended session is nobody’s', REACHED.killed, 'nobody'],
])('turn: %s', (_title, make, turn) => expect(make().turn).toBe(turn));

test('an agent that waits for a reviewer is never stuck', () => {
  const world = REACHED.review_pending();
  world.pass(48 * HOUR);
  expect(world.status).toBe('review_pending');
  expect(world.escalations()).toEqual([]);
});

test('an agent that never gets ready is told to be stuck while it spawns', () => {
  const world = launching();
  startRuntime(world, false);
  world.pass(11 * MINUTE);
  expect(world.status).toBe('stuck');
  expect(world.escalations('agent-stuck')).toHaveLength(1);
});

test('tools that run are activity: a long turn is not stuck', () => {
  const world = working();
  for (let n = 0; n < 6; n += 1) {
    world.pass(4 * MINUTE);
    world.fact({ type: 'tool', summary: 'npm test' });
  }
  expect(world.status).toBe('working');
});

test('stuck is over as soon as something moves, and may come again', () => {
  const world = REACHED.stuck();
  world.activity('active');
  expect(world.status).toBe('working');
  expect(world.episode('agent-stuck')?.open).toBe(false);
  world.pass(11 * MINUTE);
  expect(world.status).toBe('stuck');
  expect(world.escalations('agent-stuck').filter((event) => event.rung === 0)).toHaveLength(2);
});

test('an unknown runtime changes nothing', () => {
  const world = working();
  const before = world.snapshot;
  const decision = world.runtime('unknown');
  expect(decision.snapshot).toEqual(before);
  expect(decision.events).toEqual([]);
});

test('unknown checks are not failing, not passing', () => {
  const world = withPr();
  world.pr({ checks: checksOf(SHA(1), 'unknown') });
  expect(world.status).toBe('pr_open');
});

test('a failure of an older commit is not of this head', () => {
  const world = withPr();
  world.pr({ headSha: SHA(2), checks: red(SHA(1)) });
  expect(world.status).toBe('pr_open');
  world.pr({ checks: pending(SHA(2)) });
  expect(world.status).toBe('pr_open');
});

test('a session that is brought back is spawning until its agent runs again, however long ago it ended', () => {
  const world = REACHED.killed();
  world.outcome('kill_runtime', { type: 'runtime_killed', launch: 1 });
  world.outcome('remove_workspace', {
    type: 'workspace_removed',
    snapshotRef: 'refs/ao/1',
    branchDeleted: false,
  });
  world.pass(3 * HOUR);
  world.command({ type: 'undo' });
  expect(world.status).toBe('spawning');
  expect(world.escalations()).toEqual([]);
  world.outcome('restore_workspace', { type: 'workspace_restored', path: '/w/app-1' });
  expect(world.status).toBe('spawning');
  startRuntime(world, false);
  world.activity('ready');
  expect(world.status).toBe('idle');
});

test('the first status told is that of a new session', () =>
  expect(freshSnapshot({ by: DANA }).session.toldStatus).toBe('queued'));
