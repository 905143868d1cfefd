import { expect, test } from 'vitest';
import { launching, MINUTE, working } from '../../../test/support/session-world.ts';

/** An agent whose usage limit is reached; it says until when, or not. */
function limited(resetIn: number | null) {
  const world = working();
  world.pass(MINUTE);
  world.activity('limited', { resetAt: resetIn === null ? null : world.now + resetIn });
  world.pass(MINUTE);
  return world;
}

test('a limit without an end: what a person says is a try, at once', () => {
  const world = limited(null);
  expect(world.status).toBe('limited');
  world.send('m1', 'try');
  expect(world.steer('m1')?.state).toBe('typing');
});

test('a limit with an end: messages wait for it, and Try now sends them at once', () => {
  const world = limited(90 * MINUTE);
  world.send('m1', 'try');
  expect(world.steer('m1')?.state).toBe('queued');
  world.command({ type: 'resume' });
  expect(world.steer('m1')?.state).toBe('typing');
});

test('Try now without a message tells the agent to go on; the end of the limit is still acted on', () => {
  const world = limited(90 * MINUTE);
  world.command({ type: 'resume' });
  const tried = world.snapshot.steers.find((steer) => steer.kind === 'resume');
  expect(tried).toMatchObject({ state: 'typing' });
  world.accept(tried?.id);
  world.activity('limited', { resetAt: world.now + 88 * MINUTE });
  expect(world.status).toBe('limited');
  world.pass(89 * MINUTE);
  expect(world.snapshot.steers.filter((steer) => steer.kind === 'resume')).toHaveLength(2);
});

test('an agent that stopped at an error is errored in words, waits for people, and a reply is the retry', () => {
  const world = working();
  world.pass(MINUTE);
  world.activity('blocked', { detail: 'API Error: 529 Overloaded' });
  expect(world.status).toBe('errored');
  expect(world.turn).toBe('human');
  world.send('m1', 'try again');
  expect(world.steer('m1')?.state).toBe('typing');
  world.accept('m1');
  world.activity('active');
  expect(world.status).toBe('working');
  expect(world.turn).toBe('agent');
});

test('an agent that asks something before it takes its task waits for people', () => {
  const world = launching();
  expect(world.status).toBe('spawning');
  world.activity('blocked', { detail: 'Claude Code asks to log in.' });
  expect(world.status).toBe('errored');
  expect(world.turn).toBe('human');
  world.activity('starting');
  expect(world.status).toBe('spawning');
});
