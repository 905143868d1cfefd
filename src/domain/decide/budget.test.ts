import { expect, test } from 'vitest';
import {
  DANA,
  LEE,
  MINUTE,
  policyWith,
  resting,
  type World,
  working,
} from '../../../test/support/session-world.ts';
import type { BudgetFact } from '../money/budget.ts';

const budget = (world: World, spentUsd: number, limitUsd = 5, change: Partial<BudgetFact> = {}) =>
  world.fact({
    type: 'budget',
    fact: {
      id: 'session:app-1',
      kind: 'session',
      label: 'the budget of app-1',
      spentUsd,
      limitUsd,
      tells: true,
      at: world.now,
      ...change,
    },
  });

test('at 80 % people are told once; nothing stops', () => {
  const world = working();
  budget(world, 4);
  budget(world, 4.4);
  const fired = world.of('reaction.fired').filter((event) => event.key === 'budget-warning');
  expect(fired.map((event) => event.text)).toEqual([
    expect.stringContaining('The budget of app-1 is nearly used up: $4.00 of $5.00.'),
  ]);
  expect(world.wanted('notify')).toHaveLength(1);
  expect(world.status).toBe('working');
});

test('at 100 % a person is asked at once, and the agent pauses when its turn ends', () => {
  const world = working();
  budget(world, 5.1);
  expect(world.escalations('budget-exceeded')[0]?.text).toBe(
    "The budget of app-1 is used up: $5.10 of $5.00. app-1 pauses when the agent's turn ends. Raise the budget, or stop the session.",
  );
  expect([world.status, world.wanted('interrupt_agent')]).toEqual(['working', []]);
  world.send('more');
  expect(world.steer('more')?.state).toBe('queued');
  world.activity('ready');
  expect([world.status, world.steer('more')?.state]).toEqual(['paused', 'queued']);
  expect(world.of('session.paused')).toHaveLength(1);
});

test('a question in the middle of a turn is not its end', () => {
  const world = working();
  world.activity('waiting_input');
  budget(world, 5.1);
  expect(world.snapshot.session.paused).toBeNull();
  world.activity('active');
  world.activity('ready');
  expect(world.snapshot.session.paused?.reason).toBe('budget');
});

test('at once, where the team wants that', () => {
  const world = working({ policy: { ...policyWith(), budgetPause: 'at-once' } });
  budget(world, 5.1);
  expect(world.status).toBe('paused');
  expect(world.wanted('interrupt_agent')).toHaveLength(1);
  expect(world.escalations('budget-exceeded')[0]?.text).toContain('app-1 is paused');
});

test('raised, it goes on by itself and what waited goes out; used up again is told again', () => {
  const world = resting();
  budget(world, 5.1);
  world.send('more');
  expect(world.command({ type: 'resume' }).refusal?.message).toBe(
    'The budget of app-1 is used up: $5.10 of $5.00. Raise it, or stop app-1.',
  );
  budget(world, 5.1, 10);
  expect(world.snapshot.session.paused).toBeNull();
  expect(world.steer('more')?.state).toBe('typing');
  expect(world.episode('budget-exceeded')?.open).toBe(false);
  budget(world, 10, 10);
  expect(world.escalations('budget-exceeded')).toHaveLength(2);
});

test('a budget of a new day or month that has room lets it go on too', () => {
  const world = resting();
  budget(world, 50, 50, { id: 'day:2026-03-03', kind: 'day', label: "today's budget" });
  expect(world.status).toBe('paused');
  world.fact({ type: 'budget', fact: null });
  expect(world.snapshot.session.paused).toBeNull();
});

test('of sessions that share a budget only one asks; all pause', () => {
  const world = resting();
  budget(world, 50, 50, {
    id: 'day:2026-03-03',
    kind: 'day',
    label: "today's budget",
    tells: false,
  });
  expect(world.status).toBe('paused');
  expect(world.escalations('budget-exceeded')).toEqual([]);
});

test('Stop takes the escalation and holds the session, also after a raise; a reply while over budget is kept, not refused', () => {
  const world = resting();
  budget(world, 5.1);
  world.command({ type: 'stop', id: 's1' }, LEE);
  expect(world.episode('budget-exceeded')?.acknowledgedBy).toEqual(LEE);
  expect(world.send('go on').refusal).toBeNull();
  expect([world.snapshot.session.paused?.reason, world.steer('go on')?.state]).toEqual([
    'budget',
    'queued',
  ]);
  world.command({ type: 'stop', id: 's2' }, DANA);
  budget(world, 5.1, 10);
  expect(world.snapshot.session.paused?.reason).toBe('stopped');
});

test('nothing that ended is started over budget', () => {
  const world = resting();
  world.command({ type: 'done' });
  budget(world, 5.1);
  world.command({ type: 'restore', message: 'once more' });
  const launches = world.wanted('start_runtime').length;
  if (world.wanted('restore_workspace').length > 0)
    world.outcome('restore_workspace', { type: 'workspace_restored', path: '/w' });
  expect(world.snapshot.session.paused?.reason).toBe('budget');
  expect(world.wanted('start_runtime')).toHaveLength(launches);
  budget(world, 5.1, 10);
  expect(world.wanted('start_runtime')).toHaveLength(launches + 1);
});

test('an agent that ends over budget is not resumed by itself', () => {
  const world = working();
  budget(world, 5.1);
  const launches = world.wanted('start_runtime').length;
  world.runtime('exited', 1);
  world.pass(10 * MINUTE);
  expect(world.wanted('start_runtime')).toHaveLength(launches);
  expect(world.snapshot.session.paused?.reason).toBe('budget');
});

test('a team that switched the reaction off goes on over budget', () => {
  const policy = policyWith();
  const off = policy.reactions['budget-exceeded'];
  if (off === undefined) throw new Error('no such reaction');
  const world = resting({
    policy: {
      ...policy,
      reactions: { ...policy.reactions, 'budget-exceeded': { ...off, action: 'none' } },
    },
  });
  budget(world, 50);
  world.send('more');
  expect([world.snapshot.session.paused, world.steer('more')?.state]).toEqual([null, 'typing']);
});
