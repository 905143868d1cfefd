import { afterAll, beforeAll, expect, it } from 'vitest';
import { type GitLabBot, gitLabBot } from '../support/gitlab-bot.ts';
import { until } from '../support/until.ts';

let bot: GitLabBot;
beforeAll(async () => {
  bot = await gitLabBot();
});
afterAll(async () => {
  await bot.close();
  expect(bot.fake.violations).toEqual([]);
});
const heard = (session: string, what: RegExp) =>
  until(() => bot.received(session).some((text) => what.test(text)), {
    what: `${what} at the agent`,
    timeoutMs: 20_000,
  });

it('goes from an issue at GitLab over a failed pipeline, a review round and a conflict to the merge, the closed issue and no branch', async () => {
  const { me, gitlab, agent } = bot;
  const issue = gitlab.addIssue({ title: 'Add a greeting', body: 'Say hello.', author: 'dana' });
  gitlab.addNote('issue', issue.iid, 'dana', 'In a file of its own, please.');
  const session = /app-\d+/.exec(await me.command(`/ao spawn ${issue.iid}`))?.[0] ?? '';
  await heard(session, /In a file of its own, please\./);
  expect(bot.received(session)[0]).toMatch(/by dana \(write access\)/);
  const program = agent.program(session);

  await bot.push(session, { 'greeting.txt': 'hello\n' });
  const { branch } = await me.view(session);
  const mr = gitlab.open({ branch, title: 'Add a greeting' });
  program.finish('Opened a merge request.');
  await me.sees(session, /PR #1 opened: "Add a greeting"/);

  const unit = gitlab.job(mr.iid, 'unit');
  gitlab.finish(mr.iid, unit, 'failed', {
    log: 'not ok 1 - greets\n  AssertionError: expected "hello" to be "hi"\n',
  });
  await heard(session, /Job "unit"[\s\S]*AssertionError: expected "hello" to be "hi"/);
  program.become('active');
  await bot.push(session, { 'greeting.txt': 'hi\n' });
  program.finish('Repaired.');
  gitlab.finish(mr.iid, gitlab.job(mr.iid, 'unit'), 'success');
  await me.sees(session, /Checks pass on/);

  bot.clock.skip(1_000);
  const thread = gitlab.thread(mr.iid, 'dana', 'Louder, please.', 'greeting.txt', 1);
  await heard(session, /greeting\.txt:1[\s\S]*@@[\s\S]*Louder, please\./);
  bot.clock.skip(1_000);
  program.become('active');
  await bot.push(session, { 'greeting.txt': 'HI\n' });
  program.finish('Louder now.');
  await until(() => thread.discussion.resolved, { what: 'the thread to be resolved' });

  bot.commit('main', { 'greeting.txt': 'somebody else was here\n' });
  gitlab.finish(mr.iid, gitlab.job(mr.iid, 'unit'), 'success');
  await heard(session, /conflict[\s\S]*greeting\.txt/i);
  await bot.git(session, 'fetch', '-q', 'origin', 'main');
  await bot.git(session, 'reset', '-q', '--hard', 'FETCH_HEAD');
  bot.clock.skip(1_000);
  program.become('active');
  await bot.push(session, { 'greeting.txt': 'HI, all\n' });
  program.finish('Resolved.');
  gitlab.finish(mr.iid, gitlab.job(mr.iid, 'unit'), 'success');
  bot.clock.skip(1_000);
  gitlab.approve(mr.iid, 'dana');

  await me.presses(session, 'Approve & merge', { within: /can be merged at/ });
  await me.sees(session, /PR #1 merged into main as [0-9a-f]{7}/);
  await until(() => gitlab.commits.head(branch) === null, { what: 'the deletion of the branch' });
  await until(() => issue.state === 'closed', { what: 'the closing of the issue' });
  expect(gitlab.notesOf('issue', issue.iid).at(-1)?.body).toMatch(/merged/i);
  expect(bot.fake.deliveries.filter((delivery) => delivery.status !== 202)).toEqual([]);
  expect(await me.thread(session)).not.toMatch(/ao could not|⚠️/);
  expect((await me.command('/ao quota')).replaceAll('\\', '')).toMatch(
    /project_4242_bot_ao at 127\.0\.0\.1/,
  );
});
