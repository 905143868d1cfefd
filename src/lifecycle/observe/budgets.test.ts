import { describe, expect, it } from 'vitest';
import {
  type LifecycleWorld,
  lifecycleWorld,
  sessionId,
} from '../../../test/support/lifecycle-world.ts';
import { freshSnapshot, HOUR, LEE } from '../../../test/support/session-world.ts';
import { kvStore } from '../../db/kv-store.ts';
import type { BudgetLimits } from '../../domain/money/budget.ts';
import { zoneDays } from '../../lib/zone-days.ts';
import { createAdmission } from '../admission.ts';
import { type Budgets, createBudgets } from './budgets.ts';

const BERLIN = zoneDays('Europe/Berlin');
const at = (text: string): number => Date.parse(text);

interface Team extends LifecycleWorld {
  readonly budgets: Budgets;
  /** Running totals of a session, in USD. */
  spends(id: string, usd: number): void;
  paused(id: string): string | null;
  /** Budget escalations so far. */
  asked(id: string): number;
  queue(): ReadonlyArray<readonly [string, string]>;
}

async function team(
  start: string,
  common: BudgetLimits,
  own: BudgetLimits,
  ...ids: readonly string[]
): Promise<Team> {
  const world = lifecycleWorld({ start: at(start), dayOf: (moment) => BERLIN.dayOf(moment) });
  for (const id of ids) {
    await world.working(id);
    activity(world, id, 'ready');
  }
  const budgets: Budgets = createBudgets({
    db: world.db,
    dispatch: world.dispatch,
    clock: world.clock,
    days: () => BERLIN,
    common: () => common,
    own: () => own,
    isKept: () => true,
    raises: kvStore(world.db, 'budget-raises'),
    onRoom: () => admission.run(),
  });
  const admission = createAdmission({
    db: world.db,
    dispatch: world.dispatch,
    clock: world.clock,
    limits: () => ({ maxSessions: 100, perProject: {} }),
    held: (session) => budgets.whyHeld(session),
  });
  budgets.start();
  admission.start();
  return Object.assign(world, {
    budgets,
    spends(id: string, usd: number) {
      const models = [
        {
          model: 'm',
          inputTokens: Math.round(usd * 1_000),
          outputTokens: 0,
          cacheReadTokens: 0,
          cacheWriteTokens: 0,
          usd,
        },
      ];
      world.dispatch.input(sessionId(id), {
        type: 'fact',
        fact: { type: 'usage', fact: { models, at: world.clock.now() } },
      });
      world.clock.pass(1_000);
    },
    paused: (id: string) => world.dispatch.snapshot(id)?.session.paused?.reason ?? null,
    asked: (id: string) =>
      world.dispatch
        .snapshot(id)
        ?.episodes.find((episode) => episode.key === 'budget-exceeded' && episode.open)?.attempts ??
      0,
    queue: () => admission.plan().wait.map(({ id, reason }) => [id, reason] as const),
  });
}

function activity(world: LifecycleWorld, id: string, state: 'ready' | 'active'): void {
  const now = world.clock.now();
  const fact = { state, source: 'hook', detail: null, resetAt: null, since: now, at: now } as const;
  world.dispatch.input(sessionId(id), {
    type: 'fact',
    fact: { type: 'activity', fact, lastMessage: null },
  });
}

describe('budgets over time', () => {
  it('a day begins at midnight of the time zone, also when the clocks change, and lets paused sessions go on', async () => {
    for (const [start, midnight] of [
      ['2026-03-28T12:00Z', '2026-03-28T23:00Z'],
      ['2026-03-29T12:00Z', '2026-03-29T22:00Z'],
      ['2026-10-25T12:00Z', '2026-10-25T23:00Z'],
    ] as const) {
      const world = await team(start, { day: 5 }, {}, 'app-1');
      world.spends('app-1', 5);
      expect(world.paused('app-1')).toBe('budget');
      world.clock.pass(at(midnight) - 1_000 - world.clock.now());
      expect([start, world.paused('app-1')]).toEqual([start, 'budget']);
      world.clock.pass(2_000);
      expect([start, world.paused('app-1')]).toEqual([start, null]);
    }
  });

  it('a month of a project ends at its last midnight; what was raised was for that month', async () => {
    const world = await team('2026-02-26T09:00Z', {}, { project: 10 }, 'app-1');
    world.spends('app-1', 10);
    const [budget] = world.dispatch.live().length === 1 ? world.budgets.list() : [];
    if (budget === undefined) throw new Error('no budget');
    expect([world.paused('app-1'), budget.id]).toEqual(['budget', 'project:app:2026-02']);
    world.budgets.raise(budget, 12);
    expect(world.paused('app-1')).toBeNull();
    world.spends('app-1', 12.5);
    expect(world.paused('app-1')).toBe('budget');
    world.clock.pass(at('2026-02-28T23:00:05Z') - world.clock.now());
    expect(world.paused('app-1')).toBeNull();
    expect(world.budgets.list()[0]).toMatchObject({
      id: 'project:app:2026-03',
      limitUsd: 10,
      spentUsd: 0,
      state: 'fine',
    });
  });

  it('three weeks of a session that spends a dollar an hour: each day stops at its limit', async () => {
    const world = await team('2026-03-16T00:00:00Z', { day: 7 }, {}, 'app-1');
    let usd = 0;
    for (let hour = 0; hour < 21 * 24; hour += 1) {
      if (world.paused('app-1') === null) {
        usd += 1;
        world.spends('app-1', usd);
      }
      world.clock.pass(HOUR - 1_000);
    }
    world.clock.pass(2_000);
    const perDay = Map.groupBy(
      world.db.$client.prepare('SELECT day, usd FROM usage').all() as Array<{
        day: string;
        usd: number;
      }>,
      (row) => row.day,
    );
    expect(perDay.size).toBeGreaterThanOrEqual(21);
    for (const [day, rows] of perDay)
      expect([day, rows.reduce((sum, row) => sum + row.usd, 0) <= 7]).toEqual([day, true]);
  });
});

describe('budgets over sessions', () => {
  it('one of those that share a budget asks for all; when it ends, the next does', async () => {
    const world = await team('2026-03-03T09:00Z', { day: 5 }, {}, 'app-1', 'app-2', 'app-3');
    world.spends('app-1', 2);
    world.spends('app-2', 3);
    expect(['app-1', 'app-2', 'app-3'].map(world.paused)).toEqual(['budget', 'budget', 'budget']);
    expect(['app-1', 'app-2', 'app-3'].map(world.asked)).toEqual([1, 0, 0]);
    world.dispatch.input(sessionId('app-1'), {
      type: 'command',
      command: { type: 'kill', reason: null },
      by: LEE,
    });
    world.clock.pass(1_000);
    expect(['app-2', 'app-3'].map(world.asked)).toEqual([1, 0]);
  });

  it("one session's budget is its own", async () => {
    const world = await team('2026-03-03T09:00Z', { session: 5 }, {}, 'app-1', 'app-2');
    world.spends('app-1', 5);
    expect(['app-1', 'app-2'].map(world.paused)).toEqual(['budget', null]);
    expect(world.budgets.list().map(({ id, state }) => [id, state])).toEqual([
      ['session:app-1', 'spent'],
      ['session:app-2', 'fine'],
    ]);
  });

  it('nothing starts over budget, the queue says why, and a raise lets it start', async () => {
    const world = await team('2026-03-03T09:00Z', { day: 5 }, {}, 'app-1');
    world.spends('app-1', 5.1);
    world.dispatch.create(freshSnapshot({ id: sessionId('app-2') }, world.clock.now()), [
      { type: 'session.spawned', by: LEE },
    ]);
    world.clock.pass(1_000);
    await new Promise((resolve) => setImmediate(resolve));
    expect(world.queue()).toEqual([['app-2', "today's budget is used up ($5.10 of $5.00)"]]);
    const budget = world.budgets.list().find((one) => one.kind === 'day');
    if (budget === undefined) throw new Error('no budget');
    world.budgets.raise(budget, 10);
    expect(world.queue()).toEqual([]);
    expect(world.dispatch.snapshot('app-2')?.session.stage).toBe('preparing');
  });

  it('what was raised outlives a restart', async () => {
    const world = await team('2026-03-03T09:00Z', { day: 5 }, {}, 'app-1');
    world.spends('app-1', 5.1);
    const [budget] = world.budgets.list();
    if (budget === undefined) throw new Error('no budget');
    world.budgets.raise(budget, 10);
    world.budgets.stop();
    const again = createBudgets({
      db: world.db,
      dispatch: world.restart(),
      clock: world.clock,
      days: () => BERLIN,
      common: () => ({ day: 5 }),
      own: () => ({}),
      isKept: () => true,
      raises: kvStore(world.db, 'budget-raises'),
      onRoom: () => {},
    });
    expect(again.list()).toMatchObject([{ limitUsd: 10, spentUsd: 5.1, state: 'fine' }]);
  });
});
