import { expect, test } from 'vitest';
import { MINUTE, policyWith, type World, working } from '../../../test/support/session-world.ts';
import { resumesAt } from './limit.ts';

const continues = (world: World): number =>
  world.snapshot.steers.filter(
    (steer) => steer.id.startsWith('limit-') && steer.state !== 'removed',
  ).length;

/** The limit is reached again and again, each time for an hour. */
function again(world: World, times: number): void {
  for (let time = 0; time < times; time += 1) {
    world.activity('limited', { resetAt: world.now + 60 * MINUTE });
    world.pass(62 * MINUTE);
    const last = world.snapshot.steers.findLast((steer) => steer.id.startsWith('limit-'));
    if (last?.state === 'typing') world.accept(last.id);
    world.activity('active');
    world.pass(MINUTE);
  }
}

test('ten sessions whose limit ends in the same second go on one after the other, within a minute', () => {
  const limit = { resetAt: 1_000_000, since: 0 };
  const times = Array.from({ length: 10 }, (_, n) => resumesAt(`app-${n + 1}`, limit));
  expect(new Set(times).size).toBe(10);
  expect(Math.min(...times) - 1_000_000).toBeGreaterThanOrEqual(10_000);
  expect(Math.max(...times) - 1_000_000).toBeLessThan(60_000);
});

test('a program that goes on by itself when its limit ends gets no second "continue"', () => {
  const world = working();
  world.activity('limited', { resetAt: world.now + 60 * MINUTE });
  world.pass(60 * MINUTE);
  world.activity('active');
  world.pass(5 * MINUTE);
  expect(continues(world)).toBe(0);
});

test('without `auto` a person is asked when the limit ends, and their press lets the agent go on', () => {
  const agentLimited = policyWith().reactions['agent-limited'];
  const policy = policyWith({
    reactions: { 'agent-limited': { ...agentLimited, auto: false } as never },
  });
  const world = working({ policy });
  world.activity('limited', { resetAt: world.now + 60 * MINUTE });
  expect(world.of('agent.limited')).toMatchObject([{ waits: true }]);
  expect(world.turn).toBe('nobody');
  world.pass(62 * MINUTE);
  expect(continues(world)).toBe(0);
  expect(world.status).toBe('limited');
  expect(world.turn).toBe('human');
  expect(world.escalations('agent-limited')).toHaveLength(1);
  world.command({ type: 'run_reaction', key: 'agent-limited' });
  expect(continues(world)).toBe(1);
  expect(world.escalations('agent-limited')).toHaveLength(1);
});

test('after ten times without a word from anybody a person is asked; their words let it go on ten times more', () => {
  const world = working();
  again(world, 10);
  expect(continues(world)).toBe(10);
  expect(world.escalations('agent-limited')).toEqual([]);
  world.activity('limited', { resetAt: world.now + 60 * MINUTE });
  world.pass(62 * MINUTE);
  expect(continues(world)).toBe(10);
  expect(world.escalations('agent-limited')).toHaveLength(1);
  expect(world.turn).toBe('human');
});
