import { expect, test } from 'vitest';
import {
  comment,
  green,
  HOUR,
  MINUTE,
  pending,
  policyWith,
  resting,
  SHA,
  type World,
} from '../../../test/support/session-world.ts';
import type { ReviewComment, ReviewFact } from '../session/facts.ts';

const ASKED = { id: 'r1', by: 'slack:T:LEE', sha: SHA(1), at: 0 };
const asksFor = (
  comments: readonly ReviewComment[],
  requests: NonNullable<ReviewFact['requests']> = [ASKED],
): ReviewFact => ({
  decision: 'changes_requested',
  approvedBy: [],
  names: { 'slack:T:LEE': 'Lee' },
  comments,
  requests,
});
const told = (world: World): number =>
  world.snapshot.steers.filter((steer) => steer.reaction === 'changes-requested').length;
const takes = (world: World): void => {
  for (const steer of world.snapshot.steers)
    if (steer.state !== 'accepted') world.fact({ type: 'steer_accepted', steer: steer.id });
  world.activity('active');
};

/** Changes were requested, the agent took the message. `comments`: with what the reviewer said. */
function asked(comments: readonly ReviewComment[], policy = policyWith()): World {
  const world = resting({ policy });
  world.pr({ checks: green(SHA(1)), review: asksFor(comments) });
  takes(world);
  return world;
}
const pushes = (world: World, comments: readonly ReviewComment[], checks = green(SHA(2))): void => {
  world.pass(9_000);
  world.pr({ headSha: SHA(2), checks, review: asksFor(comments) });
  world.activity('ready');
};

test.each([
  ['on a line', [comment('c1')]],
  [
    'on the whole',
    [comment('c1', { kind: 'body', threadId: null, file: null, line: null, hunk: null })],
  ],
  ['without any comment', []],
])(
  'M8, %s: a push after the round hands the turn back, and nothing is told twice',
  (_what, comments) => {
    const world = asked(comments);
    expect([world.status, world.turn, told(world)]).toEqual(['changes_requested', 'agent', 1]);
    pushes(world, comments);
    expect([world.status, world.turn]).toEqual(['review_pending', 'human']);
    expect(world.of('review.answered')).toMatchObject([
      { from: SHA(1), sha: SHA(2), by: ['Lee'], to: ['slack:T:LEE'] },
    ]);
    expect(world.wanted('ask_review_again')).toMatchObject([
      { reviewers: ['slack:T:LEE'], from: SHA(1), sha: SHA(2) },
    ]);
    world.pass(3 * HOUR);
    expect(told(world)).toBe(1);
    expect(world.of('review.answered')).toHaveLength(1);
    expect(world.status).not.toBe('stuck');
  },
);

test('while the checks of the new head run nobody is asked; when they are green, once', () => {
  const comments = [comment('c1')];
  const world = asked(comments);
  pushes(world, comments, pending(SHA(2)));
  expect([world.turn, world.of('review.answered').length]).toEqual(['ci', 0]);
  world.pr({ headSha: SHA(2), checks: green(SHA(2)), review: asksFor(comments) });
  expect([world.status, world.turn]).toEqual(['review_pending', 'human']);
  expect(world.of('review.answered')).toHaveLength(1);
});

test('without a push the agent is told again after its turn', () => {
  const comments = [comment('c1')];
  const world = asked(comments);
  world.activity('ready');
  world.pass(3 * MINUTE);
  expect(told(world)).toBe(2);
});

test('another comment after the push is another round; a second request without one too', () => {
  const comments = [comment('c1')];
  const world = asked(comments);
  pushes(world, comments);
  world.pr({
    headSha: SHA(2),
    checks: green(SHA(2)),
    review: asksFor([...comments, comment('c2')]),
  });
  expect([told(world), world.turn]).toEqual([2, 'agent']);
  takes(world);
  world.pr({
    headSha: SHA(3),
    checks: green(SHA(3)),
    review: asksFor([...comments, comment('c2')]),
  });
  world.activity('ready');
  expect(world.of('review.answered')).toHaveLength(2);
  world.pr({
    headSha: SHA(3),
    checks: green(SHA(3)),
    review: asksFor([...comments, comment('c2')], [{ ...ASKED, id: 'r2', sha: SHA(3) }]),
  });
  expect([told(world), world.turn]).toEqual([3, 'agent']);
});

test('M15: an edited comment is told once for each edit', () => {
  const world = asked([comment('c1')]);
  world.activity('ready');
  const edited = [comment('c1', { body: 'the other one', editedAt: world.now })];
  world.pr({ checks: green(SHA(1)), review: asksFor(edited) });
  expect(told(world)).toBe(2);
  world.pr({ checks: green(SHA(1)), review: asksFor(edited) });
  expect(told(world)).toBe(2);
});

test("M15: of a bot's comment only the last state is told", () => {
  const world = resting();
  const bots = () => world.snapshot.steers.filter((steer) => steer.reaction === 'bugbot-comments');
  const says = (body: string) =>
    world.pr({
      checks: green(SHA(1)),
      review: {
        decision: 'required',
        approvedBy: [],
        comments: [comment('b1', { author: 'bot', isBot: true, body, editedAt: world.now })],
      },
    });
  says('looking');
  world.pass(10_000);
  says('still looking');
  expect(bots()).toHaveLength(0);
  world.pass(10_000);
  says('found one');
  world.pass(2 * MINUTE);
  expect(bots()).toHaveLength(1);
  expect(bots()[0]?.text).toContain('found one');
});
