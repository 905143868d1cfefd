import { afterEach, describe, expect, it } from 'vitest';
import { readMessageText } from '../fakes/slack/read-blocks.ts';
import { CHANNEL, type SlackWorld, slackWorld } from '../support/slack-world.ts';
import { until } from '../support/until.ts';

describe('a team in Slack', () => {
  let world: SlackWorld;
  afterEach(() => world.close());

  it('spawns, reads along, approves and merges', async () => {
    world = await slackWorld();
    await world.start();
    const root = await world.spawned(1);
    expect(readMessageText(root)).toContain('sample-1');
    await world.privately('U0DANA00', 'sample-1');
    await world.sees(root, 'PR #1 opened');
    await world.sees(root, /🔴/);
    const card = await world.sees(root, '[Approve & merge]', 40_000);

    await world.lee.presses(card, 'Approve & merge');
    const refusal = await world.privately('U0LEE000', /merge/);
    expect(readMessageText(refusal)).toMatchSnapshot('refusal');
    expect(world.repo.git('log', '--oneline', 'main').split('\n')).toHaveLength(1);

    await world.dana.presses(card, 'Approve & merge');
    await world.sees(root, /^🟣 \*sample-1\*/);
    expect(world.repo.git('log', '--format=%s', '-1', 'main')).toContain('Support weeks');
    await until(() => /^🟣[\s\S]*worktree removed/.test(readMessageText(root)), { what: 'the final card' });
    console.log(world.thread(root).map(readMessageText).join('\n\n'));
    console.log(world.logged.filter((line) => line.level !== 'info'));
    expect(CHANNEL).toBe('C0DEV000');
  });
});
