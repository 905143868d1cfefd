import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BudgetView, CostView } from '../../src/commands/view/cost.ts';
import type { DigestReply } from '../../src/commands/view/digest.ts';
import { type BotWorld, botWorld } from '../support/bot.ts';
import { until } from '../support/until.ts';

describe('money, as people see it', () => {
  let world: BotWorld;
  beforeAll(async () => {
    world = await botWorld({
      config: { timezone: 'Europe/Berlin', budgets: { session: 0.001, day: 100 } },
    });
    await world.start();
  });
  afterAll(() => world.close());

  it('a session that used up its budget pauses when its turn ends and asks; raised from its card it goes on to its pull request', async () => {
    const { me } = world;
    await me.command('/ao spawn 1');
    await me.sees('sample-1', /The budget of sample-1 is used up: \$0\.\d\d of \$0\.00\./);
    await me.sees('sample-1', /⏸ Paused by ao: The budget of sample-1 is used up/i);
    await until(async () => (await me.view('sample-1')).status === 'paused', 15_000, 'the pause');
    expect(await me.command('/ao resume sample-1')).toMatch(
      /The budget of sample-1 is used up: .* Raise it, or stop sample-1\./,
    );
    await me.presses('sample-1', 'Raise…', { text: '20' });
    await me.sees('sample-1', /Resumed by ao\./);
    await me.sees('sample-1', /Checks pass on [0-9a-f]{7}/);
    const budgets = await world.api.get<readonly BudgetView[]>('/api/budgets');
    expect(budgets.find((budget) => budget.id === 'session:sample-1')).toMatchObject({
      limitUsd: 20,
      state: 'fine',
    });
  });

  it('cost and digest have the same numbers, and the digest shows them as a picture', async () => {
    const { me } = world;
    const cost = await world.api.get<CostView>('/api/cost?span=today&by=agent');
    const digest = await world.api.get<DigestReply>('/api/digest');
    expect(cost).toMatchObject({ timezone: 'Europe/Berlin', by: 'agent' });
    expect(cost.totalUsd).toBeGreaterThan(0);
    expect(digest.cost.todayUsd).toBe(cost.totalUsd);
    expect(digest.opened.map((one) => one.session)).toEqual(['sample-1']);
    expect(await me.command('/ao digest')).toMatch(
      /Merged 0 · opened 1 · failed 0[\s\S]*Cost \$0\.\d\d today[\s\S]*\(image: Cost per day, last 30 days/,
    );
    expect(await me.command('/ao cost today --by pr')).toMatch(/sample#1 +\$0\.\d\d/);
  });
});
