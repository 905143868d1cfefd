import { expect, test } from 'vitest';
import {
  APPROVED,
  check,
  checksOf,
  DAY,
  green,
  HOUR,
  MINUTE,
  policyWith,
  resting,
  SECOND,
  SHA,
  type World,
} from '../../../test/support/session-world.ts';
import type { Check } from '../session/facts.ts';

const told = (world: World): number =>
  world.snapshot.steers.filter((steer) => steer.reaction === 'ci-failed').length;

test.each([
  [
    'M5, payment',
    check('build', 'failure', {
      excerpt:
        'The job was not started because recent account payments have failed or your spending limit needs to be increased.',
    }),
  ],
  [
    'M5, minutes',
    check('build', 'failure', {
      excerpt: 'You have exceeded the included minutes; CI/CD minutes quota is used up',
    }),
  ],
  [
    'M5, runner',
    check('build', 'failure', {
      excerpt: 'The self-hosted runner lost communication with the server.',
    }),
  ],
  ['M5, not started', check('build', 'infrastructure', { excerpt: 'startup failure' })],
  ['M4, cancelled', check('build', 'cancelled', { excerpt: null })],
  ['M16, approval', check('build', 'action_required', { excerpt: null })],
] as ReadonlyArray<readonly [string, Check]>)(
  '%s goes to people, counts no attempt, and never to the agent',
  (_what, failed) => {
    const world = resting();
    world.pr({ checks: checksOf(SHA(1), 'failing', failed), review: APPROVED });
    world.pass(HOUR);
    expect([world.status, world.turn]).toEqual(['ci_failed', 'human']);
    expect([told(world), world.snapshot.session.ciRounds]).toEqual([0, 0]);
    expect(world.of('checks.not_run')).toHaveLength(1);
    expect(world.of('escalation.raised').filter(({ rung }) => rung === 0)).toMatchObject([
      { key: 'checks-not-run' },
    ]);
  },
);

test('where the same is asked in another session of the project, it is told here without asking', () => {
  const world = resting();
  world.fact({
    type: 'outage',
    fact: { faults: ['approval'], elsewhere: 'app-9', at: world.now },
  });
  const waits = check('build', 'action_required', { excerpt: null });
  world.pr({ checks: checksOf(SHA(1), 'failing', waits), review: APPROVED });
  world.pass(HOUR);
  expect(world.turn).toBe('human');
  expect(world.of('checks.not_run')).toMatchObject([{ elsewhere: 'app-9' }]);
  expect(world.of('escalation.raised')).toEqual([]);
});

test('M7: a draft is made ready when its agent is done, and not before its checks are', () => {
  const world = resting();
  world.pr({ draft: true });
  world.pass(HOUR / 2);
  expect(world.wanted('mark_ready')).toEqual([]);
  world.pr({ draft: true, checks: green(SHA(1)) });
  expect(world.wanted('mark_ready')).toMatchObject([{ sha: SHA(1) }]);
  world.pass(DAY);
  expect(world.status).not.toBe('stuck');
  expect(world.wanted('mark_ready')).toHaveLength(1);
});

test("M7: with auto off it is offered, people's turn, and the button works before and after", () => {
  const policy = policyWith({ reactions: { 'draft-done': { auto: false } } });
  const world = resting({ policy });
  world.pr({ draft: true });
  world.command({ type: 'run_reaction', key: 'draft-done' });
  expect(world.wanted('mark_ready')).toHaveLength(1);
  const other = resting({ policy });
  other.pr({ draft: true, checks: green(SHA(1)) });
  expect(other.of('reaction.offered')).toMatchObject([{ key: 'draft-done' }]);
  expect(other.turn).toBe('human');
  other.pass(DAY);
  expect(other.status).not.toBe('stuck');
  other.command({ type: 'run_reaction', key: 'draft-done' });
  expect(other.wanted('mark_ready')).toHaveLength(1);
});

test('what waits for the forge is told when it lasts', () => {
  const world = resting();
  world.pr({ checks: green(SHA(1)), review: APPROVED, mergeability: 'queued' });
  world.pass(59 * MINUTE);
  expect(world.of('reaction.fired').filter(({ key }) => key === 'gate-waits')).toEqual([]);
  world.pass(2 * MINUTE);
  expect(world.of('reaction.fired').filter(({ key }) => key === 'gate-waits')).toMatchObject([
    { text: expect.stringContaining('It is queued at the forge') },
  ]);
});

test('M3: with the window still open the merge waits, and opens by itself at its end', () => {
  const world = resting();
  world.pr({
    checks: checksOf(SHA(1), 'passing', check('license', 'success', { required: null })),
    review: APPROVED,
    headAt: world.now,
  });
  expect([world.status, world.turn]).toEqual(['approved', 'ci']);
  world.pass(60 * SECOND);
  expect([world.status, world.turn]).toEqual(['mergeable', 'human']);
});
