import { describe, expect, test } from 'vitest';
import {
  createWorld,
  DANA,
  DAY,
  HOUR,
  LEE,
  MINUTE,
  policyWith,
  type World,
  working,
} from '../../../test/support/session-world.ts';
import { quietUntil } from '../../config/quiet-until.ts';
import { AO } from '../session/ids.ts';

type Policy = Parameters<typeof policyWith>[0];

/** An agent that shows an error: escalated at once. `at`: when the session began, ms UTC. */
function errored(policy: Policy = {}, at?: string): World {
  const world = working({
    policy: policyWith(policy),
    ...(at === undefined ? {} : { now: Date.parse(at) }),
  });
  world.activity('blocked', { detail: 'no credit' });
  return world;
}
/** When each rung was reached since the first, with who was asked: `15 min: rung 1 to Dana`. */
const told = (world: World): readonly string[] =>
  world.escalations('agent-errored').map((event) => `rung ${event.rung} to ${event.to.name}`);
const notified = (world: World): readonly string[] =>
  world
    .wanted('notify')
    .filter((effect) => effect.reaction === 'agent-errored')
    .map((effect) => `rung ${effect.rung}: ${effect.priority}`);
const WARNING = { reactions: { 'agent-errored': { priority: 'warning' } } } as const;

describe('the ladder', () => {
  test('thread, then channel and notifiers, then whoever is reached by urgent ones; and no further in days', () => {
    const world = errored({ ...WARNING, threadReaches: true });
    expect(notified(world)).toEqual([]);
    world.pass(15 * MINUTE);
    expect(notified(world)).toEqual(['rung 1: warning']);
    world.pass(15 * MINUTE);
    expect(notified(world)).toEqual(['rung 1: warning', 'rung 2: urgent']);
    world.pass(5 * DAY);
    expect(told(world)).toEqual(['rung 0 to Dana', 'rung 1 to Dana', 'rung 2 to Dana']);
  });

  test('a thread that rings at nobody is not the first rung alone', () => {
    expect(notified(errored(WARNING))).toEqual(['rung 0: warning']);
  });

  test('acknowledged, it stays where it is for as long as it holds, and a new episode begins at the bottom', () => {
    const world = errored();
    world.pass(15 * MINUTE);
    world.command({ type: 'acknowledge', key: null }, LEE);
    world.pass(3 * DAY);
    expect(told(world)).toHaveLength(2);
    world.activity('active');
    world.activity('blocked', { detail: 'again' });
    expect(told(world).at(-1)).toBe('rung 0 to Dana');
  });

  test('snoozed over and over through days, it comes back on the rung it had, each time', () => {
    const world = errored();
    world.pass(15 * MINUTE);
    for (let day = 1; day <= 4; day += 1) {
      world.command({ type: 'snooze', key: 'agent-errored', until: world.now + DAY });
      const before = told(world).length;
      world.pass(DAY - 1);
      expect(told(world)).toHaveLength(before);
      world.pass(1);
      expect(told(world)).toHaveLength(before + 1);
      expect(told(world).at(-1)).toBe('rung 1 to Dana');
    }
    world.pass(15 * MINUTE);
    expect(told(world).at(-1)).toBe('rung 2 to Dana');
    expect(world.dropped).toEqual([]);
  });
});

describe('quiet hours', () => {
  const hours = { from: '22:00', to: '07:00', timezone: 'Europe/Berlin' };
  const quiet = { quietUntil: quietUntil(hours), quietHours: hours };

  test('hold back what is not urgent until the morning, once, and climb from there', () => {
    // The night in which the clocks go forward: 23:30 in Berlin.
    const world = errored({ ...WARNING, ...quiet }, '2026-03-28T22:30Z');
    world.pass(Date.parse('2026-03-29T05:00Z') - world.now - 1);
    expect(told(world)).toEqual([]);
    world.pass(1);
    expect(told(world)).toEqual(['rung 0 to Dana']);
    world.pass(30 * MINUTE);
    expect(told(world)).toHaveLength(3);
  });

  test('a rung that falls due in the night waits for the morning', () => {
    const world = errored({ ...WARNING, ...quiet }, '2026-11-20T20:50Z');
    expect(told(world)).toHaveLength(1);
    world.pass(9 * HOUR);
    expect(told(world)).toHaveLength(1);
    world.pass(10 * MINUTE);
    expect(told(world)).toEqual(['rung 0 to Dana', 'rung 1 to Dana']);
  });

  test('urgent passes', () => {
    const world = errored(quiet, '2026-11-20T23:00Z');
    world.pass(30 * MINUTE);
    expect(told(world)).toHaveLength(3);
  });

  test('what was mended in the night is not told in the morning', () => {
    const world = errored({ ...WARNING, ...quiet }, '2026-11-20T23:00Z');
    world.activity('active');
    world.pass(DAY);
    expect(told(world)).toEqual([]);
  });
});

describe('handed over', () => {
  test('what is open is asked of the new owner, from the first rung, even when the old one had taken it', () => {
    const world = errored();
    world.pass(30 * MINUTE);
    world.command({ type: 'acknowledge', key: null }, DANA);
    expect(world.command({ type: 'hand_over', to: LEE }).refusal).toBeNull();
    expect(told(world).at(-1)).toBe('rung 0 to Lee');
    expect(world.episode('agent-errored')?.acknowledgedBy).toBeNull();
    world.pass(15 * MINUTE);
    expect(told(world).at(-1)).toBe('rung 1 to Lee');
    expect(world.dropped).toEqual([]);
  });

  test('what comes later is asked of the new owner too; the same person is no hand-over', () => {
    const world = working();
    world.command({ type: 'hand_over', to: LEE });
    expect(world.command({ type: 'hand_over', to: LEE }).refusal?.message).toBe(
      'app-1 belongs to Lee already.',
    );
    world.activity('blocked', { detail: 'x' });
    expect(told(world)).toEqual(['rung 0 to Lee']);
  });

  test('a session that is over changes hands in silence', () => {
    const world = errored();
    world.command({ type: 'kill', reason: null });
    const before = told(world).length;
    world.command({ type: 'hand_over', to: LEE });
    expect(world.snapshot.session.owner).toEqual(LEE);
    expect(told(world)).toHaveLength(before);
  });

  test('one that waits for a place can be handed over', () => {
    const world = createWorld();
    world.command({ type: 'hand_over', to: LEE }, AO);
    expect(world.snapshot.session.owner).toEqual(LEE);
  });
});
