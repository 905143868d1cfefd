import { afterEach, beforeAll, expect, it } from 'vitest';
import { readMessageText } from '../fakes/slack/read-blocks.ts';
import { TEAM } from '../fakes/slack/workspace.ts';
import { ensureBuilt } from '../support/built.ts';
import { CHANNEL, type SlackWorld, slackWorld } from '../support/slack-world.ts';
import { PUPPET } from '../support/team.ts';
import { until } from '../support/until.ts';

let world: SlackWorld;
beforeAll(ensureBuilt, 120_000);
afterEach(() => world.close());

it.each(['clicked, then typed', 'typed, then clicked'])(
  'a merge that takes two people, in Slack: %s',
  async (order) => {
    world = await slackWorld({
      project: { ...PUPPET.project, merge: { approvers: 2 } },
      more: {
        ...PUPPET.more,
        lifecycle: { settle: 0 },
        access: {
          users: { [`slack:${TEAM}:U0DANA00`]: ['member'], [`slack:${TEAM}:U0LEE000`]: ['member'] },
        },
      },
    });
    await world.start();
    await world.slack.connected();
    await world.dana.types(CHANNEL, '/ao spawn "do: commit"');
    const root = await until(() => world.roots()[0], { what: 'the card' });
    await world.sees(root, 'opened: "Some work"');
    await until(() => readMessageText(root).includes('[Approve]'), {
      what: 'the card to ask for a review',
      timeoutMs: 30_000,
    });
    await world.dana.presses(root, 'Approve');
    const card = await world.sees(root, '[Approve & merge]');
    const main = (): string => world.repo.git('log', '--format=%s', 'main');

    const [first, second] = order.startsWith('clicked')
      ? (['click', 'type'] as const)
      : (['type', 'click'] as const);
    const approves = async (person: 'dana' | 'lee', how: 'click' | 'type'): Promise<void> => {
      if (how === 'click') await world[person].presses(card, 'Approve & merge');
      else await world[person].types(CHANNEL, '/ao merge sample-1');
    };
    await approves('dana', first);
    await world.sees(root, /approved the merge of [0-9a-f`]+\. Still missing/);
    // One person twice is one person, however they say it.
    await approves('dana', second);
    await world.privately('U0DANA00', 'Your approval is noted already');
    expect(main()).not.toContain('Work 1');
    await approves('lee', second);
    await until(() => readMessageText(root).startsWith('🟣'), {
      what: 'the merge',
      timeoutMs: 30_000,
    });
    expect(main()).toMatch(/Some work|Work 1/);
    // What is tried is written before it is decided, and the refusal after it.
    const merges = world.audit().filter(({ action, via }) => action === 'merge' && via === 'slack');
    expect(merges.map(({ subject, allowed }) => `${subject.split(':')[2]} ${allowed}`)).toEqual([
      'U0DANA00 1',
      'U0DANA00 1',
      'U0DANA00 0',
      'U0LEE000 1',
    ]);
  },
  90_000,
);
