import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../support/built.ts';
import { discordTeam } from '../support/discord-team.ts';
import { slackTeam } from '../support/slack-team.ts';
import { becomes, card, sees, type Team, type TeamOptions } from '../support/team.ts';
import { until } from '../support/until.ts';
import { webTeam } from '../support/web-team.ts';

type Open = (options?: TeamOptions) => Promise<Team>;

/** The same words on every platform; only the driver is another. The whole loop on the web is loop.test.ts, on Slack slack.test.ts. */
const DISCORD: ReadonlyArray<readonly [name: string, open: Open]> = [
  ['discord (threads)', (options) => discordTeam(options)],
  ['discord (forum)', (options) => discordTeam({ ...options, layout: 'forum' })],
];
const PLATFORMS: typeof DISCORD = [['web', webTeam], ['slack', slackTeam], ...DISCORD];

let team: Team;
beforeAll(ensureBuilt, 120_000);
afterEach(() => team.close());

const QUESTION = 'How should the parts be joined?';

describe.each(DISCORD)('a team on %s', (_name, open) => {
  it('spawns, sees CI fail and be repaired, approves and merges', async () => {
    team = await open();
    expect(await team.types('/ao spawn 1')).toContain('sample-1');
    await sees(team, 'opened: "Support weeks"');
    const failed = await sees(team, '🔴 test failed');
    expect(failed.buttons).toContain('Full log');
    await sees(team, 'Checks pass on');
    await until(async () => (await card(team)).text.startsWith('👀'), {
      what: 'the card to ask for a review',
      timeoutMs: 20_000,
    });
    await team.presses(await card(team), 'Approve');
    const ready = await until(
      async () =>
        (await team.thread())
          .slice(1)
          .find((message) => message.buttons.includes('Approve & merge')),
      {
        what: 'the merge card',
        timeoutMs: 20_000,
      },
    );
    await team.presses(ready, 'Approve & merge');
    await until(async () => (await card(team)).text.startsWith('🟣'), {
      what: 'the final card',
      timeoutMs: 20_000,
    });
    expect(team.bot.repo.git('log', '--format=%s', 'main')).toContain('Support weeks');
    const digest = await team.types('/ao digest');
    expect(digest).toMatch(/Merged 1 .*waited for/);
  }, 120_000);
});

describe.each(PLATFORMS)('a team on %s', (_name, open) => {
  it('answers a question, steers with a receipt, and is called in the channel when nobody reacts', async () => {
    team = await open({ more: { lifecycle: { ackTimeout: 500 } } });
    await team.types('/ao spawn 2');
    await sees(team, QUESTION);
    const called = await until(
      async () => (await team.channel()).find((message) => message.buttons.includes('Acknowledge')),
      {
        what: 'the escalation in the channel',
        timeoutMs: 20_000,
      },
    );
    expect(called.text).toContain('sample-1');
    expect(called.text).toContain(QUESTION);
    expect(await team.types('/ao inbox')).toContain('need');
    const inThread = await until(
      async () => (await team.thread()).find((message) => message.buttons.includes('Acknowledge')),
      { what: 'the escalation' },
    );
    await team.presses(inThread, 'Acknowledge');
    await becomes(
      team,
      inThread,
      (now) => now.text.includes('takes care of it') && !now.buttons.includes('Acknowledge'),
      'the escalation to be taken',
    );
    await until(
      async () =>
        (await team.channel()).every((message) => !message.buttons.includes('Acknowledge')),
      {
        what: 'the one in the channel to be taken',
      },
    );
    const reply = await team.says('Keep the API.');
    await until(async () => (await team.receipt(reply)) === '👀', { what: 'the 👀' });
    const question = (await team.thread()).find(
      (message) =>
        message.buttons.includes('2 hours, 5 minutes') && message.text.includes('The agent asks'),
    );
    if (question === undefined) throw new Error('the question has no buttons');
    await team.presses(question, '2 hours, 5 minutes');
    await until(
      async () =>
        (await team.thread()).some(
          (message) =>
            message.id === question.id &&
            message.text.includes('by @') &&
            message.buttons.length === 0,
        ),
      { what: 'the card to name who answered' },
    );
    await until(async () => (await team.receipt(reply)) === '✅', {
      what: 'the ✅',
      timeoutMs: 30_000,
    });
  }, 90_000);
});
