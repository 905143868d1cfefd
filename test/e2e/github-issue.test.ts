import { afterEach, expect, it } from 'vitest';
import { type GitHubBot, type GitHubBotOptions, gitHubBot } from '../support/github-bot.ts';
import { until } from '../support/until.ts';

let bot: GitHubBot;
const open = async (options: GitHubBotOptions): Promise<void> => {
  bot = await gitHubBot(options);
};
afterEach(async () => {
  await bot.close();
  expect(bot.fake.violations).toEqual([]);
});

const tracker = {
  assign: '@me',
  labels: { onSpawn: ['in progress'], onMerge: ['shipped'], onEnd: ['needs a person'] },
  comment: 'always',
};

it('gives the issue to ao and labels it while a session works, then labels, tells outcome and cost, and closes it', async () => {
  await open({ tracker });
  const { session, issue, pull } = await bot.delivered({
    title: 'Add a greeting',
    labels: ['needs a person'],
  });
  await until(() => issue.assignees[0] === 'ao-bot' && issue.labels.join() === 'in progress', {
    what: 'the marks on the issue',
  });
  bot.agent.program(session).use([
    {
      model: 'm',
      inputTokens: 1,
      outputTokens: 1,
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
      usd: 1.25,
    },
  ]);
  bot.pass(pull);
  bot.github.review(pull.number, 'dana', 'APPROVED');
  await bot.me.presses(session, 'Approve & merge', { within: /can be merged at/ });
  await until(() => issue.state === 'closed', { what: 'the closing of the issue' });
  expect(issue.labels).toEqual(['shipped']);
  const told = bot.github.comments.get(issue.number)?.map((comment) => comment.body) ?? [];
  expect(told).toHaveLength(1);
  expect(told[0]).toMatch(
    /^Pull request #2 was merged into main as [0-9a-f]{7} by session app-1 \(0 CI rounds, 0 review rounds, \$1\.25\)\./,
  );
});

it('carries on when the tracker fails for a while: nothing is written twice', async () => {
  await open({ tracker });
  const { session, issue } = await bot.delivered();
  await until(() => issue.labels.includes('in progress'), { what: 'the label' });
  bot.fake.fault({ match: /^POST .*issues\/1\/(comments|labels)$/, status: 502, times: 2 });
  await bot.me.command(`/ao kill ${session}`);
  await until(() => issue.labels.join() === 'needs a person', {
    what: 'the label of the end',
    timeoutMs: 20_000,
  });
  expect(
    bot.github.comments.get(issue.number)?.map((comment) => comment.body.split('\n')[0]),
  ).toEqual([
    'Session app-1 was stopped by a person (0 CI rounds, 0 review rounds). Pull request #2 is still open.',
  ]);
  expect(issue).toMatchObject({ state: 'open', assignees: ['ao-bot'] });
});

it('says in the thread whom GitHub would not assign', async () => {
  await open({ tracker: { assign: 'nobody-here' } });
  const { session, issue } = await bot.delivered();
  await bot.me.sees(
    session,
    /ao could not update the issue: GitHub gave issue #1 to nobody: nobody-here can't be assigned/,
  );
  expect(issue.assignees).toEqual([]);
});
