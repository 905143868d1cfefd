import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BotWorld, botWorld } from '../support/bot.ts';
import { until } from '../support/until.ts';

describe('the whole loop, as people see it', () => {
  let world: BotWorld;
  beforeAll(async () => {
    world = await botWorld();
    await world.start();
  });
  afterAll(() => world.close());

  it('goes from /ao spawn to a merged pull request: checks repaired, review answered, worktree removed, issue closed', async () => {
    const { me, repo } = world;
    const said = await me.command('/ao spawn 1');
    expect(said).not.toMatch(/error|refused/i);
    await me.seesOnCard('sample-1', /sample-1 Support weeks/);
    await me.sees('sample-1', /Started on main at [0-9a-f]{7}\. Worktree ready in/);
    await me.sees('sample-1', /PR #1 opened: "Support weeks" \(\+\d+ −\d+, 2 files\)\./);
    await me.sees('sample-1', /test failed on [0-9a-f]{7} \(attempt 1 of 2, sent to the agent\)/);
    expect(await me.thread('sample-1')).toMatch(/🔴 test failed.*\n(?: .*\n)*? .*604800000/);
    await me.sees(
      'sample-1',
      'I found my mistake, repaired it and committed; all tests pass here.',
    );
    await me.sees('sample-1', /Checks pass on [0-9a-f]{7}: 2 of 2/);
    expect(world.accepted('sample-1')).toHaveLength(2);
    expect(world.accepted('sample-1')[1]).toMatch(/test[\s\S]*weeks are formatted/);
    await me.seesOnCard('sample-1', /your turn: /);

    await me.presses('sample-1', 'Request changes…', {
      text: 'Please document the order of the units.',
    });
    await me.sees('sample-1', /@you asked for 1 change\. Sent to the agent\./);
    await me.sees('sample-1', /I documented UNITS/);
    expect(world.accepted('sample-1')[2]).toContain('Please document the order of the units.');
    const worktree = (await me.view('sample-1')).workspacePath ?? '';
    expect(repo.git('worktree', 'list')).toContain(worktree);

    // The push after the review hands the turn back; before it, an approval would be of the old head.
    await me.sees('sample-1', /The agent answered the review/);
    await me.presses('sample-1', 'Approve');
    await me.sees('sample-1', /Approved by @you\./);
    await me.presses('sample-1', 'Approve & merge', { within: /can be merged at/ });
    await me.sees('sample-1', /PR #1 merged into main as [0-9a-f]{7} by @you\./);
    await me.seesOnCard(
      'sample-1',
      /merged by @you · [\d.]+ (s|min) · 1 CI round · 1 review round · \$0\.\d\d/,
    );

    await until(
      () => !repo.git('worktree', 'list').includes(worktree),
      15_000,
      'the removal of the worktree',
    );
    await until(
      async () =>
        (
          await world.api.get<readonly { id: string; state: string }[]>('/api/issues?state=closed')
        ).some((issue) => issue.id === '1'),
      15_000,
      'the closing of the issue',
    );
    expect(repo.git('log', '--format=%s', 'main')).toBe(
      'Support weeks (#1)\nFormat and parse durations',
    );
    await until(() => repo.git('branch', '--list') === '* main', 15_000, 'the end of the branch');
    // The checkout followed the merge; the closed issue is a file in it, for a person to commit.
    expect(repo.git('status', '--porcelain')).toBe(' M .ao/issues/1-support-weeks.md');
    expect(world.terminals()).not.toContain('sample-1');
    expect(await me.thread('sample-1')).not.toMatch(/ao could not|⚠️/);
  });

  it("has the agent's question answered from chat, by a button", async () => {
    const { me } = world;
    await me.command('/ao spawn 2');
    await me.sees('sample-2', /✋ The agent asks: "How should the parts be joined\?"/);
    await me.seesOnCard('sample-2', /✋/);
    const old = await me.finds('sample-2', '2 hours and 5 minutes');
    await me.press(old);
    await me.sees('sample-2', /"2 hours and 5 minutes" by @you, .* later\./);
    expect(await me.press(old)).toMatch(/answered it already|no longer open/);
    await me.sees('sample-2', /PR #2 opened: "Say durations in words"/);
    await me.sees('sample-2', /Checks pass on/);
    const { branch } = await me.view('sample-2');
    expect(world.repo.git('show', `${branch}:test/words.ts`)).toContain("'2 hours and 5 minutes'");
  });
});
