import { afterAll, beforeAll, expect, it } from 'vitest';
import { marked } from '../../plugins/shared/github/marker.ts';
import { type GitHubBot, gitHubBot } from '../support/github-bot.ts';
import { until } from '../support/until.ts';

let bot: GitHubBot;
beforeAll(async () => {
  bot = await gitHubBot({ more: { lifecycle: { reviewRounds: 2 } } });
});
afterAll(async () => {
  await bot.close();
  expect(bot.fake.violations).toEqual([]);
});
const heard = (session: string, what: string) =>
  until(() => bot.received(session).some((text) => text.includes(what)), {
    what: `"${what}" at the agent`,
  });
const replies = (comments: ReadonlyArray<{ author: string; body: string }>) =>
  comments.map(({ author, body }) => `${author}: ${body.split('\n')[0]}`);

it('brings a thread to the agent with file, line and hunk; replies and resolves from chat; a push to the file resolves it', async () => {
  const { session, pull } = await bot.delivered();
  const { me, github } = bot;
  const program = bot.agent.program(session);

  const first = github.thread(pull.number, 'dana', 'Please say it louder.', 'greeting.txt', 1);
  await heard(session, 'Please say it louder.');
  expect(bot.received(session).at(-1)).toMatch(/greeting\.txt:1[\s\S]*@@ -1 \+1 @@/);
  await me.sees(
    session,
    /@dana asked for 1 change \(greeting\.txt:1 \(t1\)\)\. Sent to the agent\./,
  );
  await me.presses(session, 'Reply…', {
    within: /asked for 1 change/,
    text: 'The agent is on it.',
  });
  await until(() => first.comments.length === 2, { what: 'the reply at GitHub' });
  expect(replies(first.comments)).toEqual([
    'dana: Please say it louder.',
    'ao-bot: The agent is on it.',
  ]);
  expect(first.comments[1]?.body).toContain('_you, through ao_');
  await me.sees(session, /@you replied on greeting\.txt:1 \(t1\)/);

  await bot.push(session, { 'other.txt': 'unrelated\n' });
  program.finish('Something else first.');
  await until(async () => (await me.view(session)).pr?.headSha === pull.headSha, {
    what: 'the first push',
  });
  expect(first.resolved).toBe(false);
  program.become('active');
  await bot.push(session, { 'greeting.txt': 'HELLO\n' });
  program.finish('Louder now.');
  await until(() => first.resolved, { what: 'the thread to be resolved' });
  await me.sees(
    session,
    /Resolved greeting\.txt:1 \(t1\): [0-9a-f]{7} changes what the review was about/,
  );
  expect(
    bot.received(session).filter((text) => text.includes('Please say it louder.')),
  ).toHaveLength(1);

  const second = github.thread(pull.number, 'dana', 'Two spaces here.', 'greeting.txt', 1);
  // GitHub's clock has seconds.
  bot.clock.skip(1_000);
  const remark = github.comment(pull.number, 'dana', 'Is there a test?');
  await heard(session, 'Is there a test?');
  const listed = await me.command(`/ao threads ${session}`);
  expect(listed).toMatch(/2 open threads on PR/);
  expect(listed).toMatch(
    /t2 greeting\.txt:1[\s\S]*dana: Two spaces here\.[\s\S]*t3 on the pull request[\s\S]*dana: Is there a test\?/,
  );
  expect(await me.command(`/ao comment ${session} t3 "Yes, in the next push"`)).toContain(
    `goes to the pull request of ${session}`,
  );
  await until(
    () =>
      (github.comments.get(pull.number) ?? []).some((comment) =>
        comment.body.startsWith('Yes, in the next push'),
      ),
    { what: 'the comment' },
  );
  await me.command(`/ao resolve ${session} t3`);
  await until(() => remark.minimized, { what: 'the remark to be marked as resolved' });
  await me.reply(session, '!resolve t2');
  await until(() => second.resolved, { what: 'the second thread to be resolved' });
  await until(async () => (await me.view(session)).pr?.review.openComments === 0, {
    what: 'no open comment',
  });
  expect(await me.command(`/ao resolve ${session} t2`)).toContain('t2 is resolved already');
});

it('asks a person instead of looping when reviews go on and on; bots apart from people, its own words never', async () => {
  const { session, pull } = await bot.delivered({ title: 'Loop' });
  const { me, github } = bot;
  const program = bot.agent.program(session);
  github.comment(pull.number, 'ao-bot', marked('Not for the agent.', 'k'));
  for (const n of [1, 2]) {
    github.thread(pull.number, 'dana', `Round ${n}`, 'greeting.txt', n);
    await heard(session, `Round ${n}`);
    program.finish(`Answered ${n}.`);
  }
  github.thread(pull.number, 'dana', 'Round 3', 'greeting.txt', 3);
  await me.sees(session, /asked for 1 change \(greeting\.txt:3 \(t3\)\)\. Not sent to the agent\./);
  await until(
    async () => (await me.view(session)).escalations.some(({ key }) => key === 'changes-requested'),
    { what: 'the escalation' },
  );
  expect(bot.received(session).join('\n')).not.toMatch(/Round 3|Not for the agent/);
});
