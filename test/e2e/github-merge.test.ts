import { afterAll, beforeAll, expect, it } from 'vitest';
import type { FakePull } from '../fakes/github/world.ts';
import { type GitHubBot, gitHubBot } from '../support/github-bot.ts';
import { until } from '../support/until.ts';

const MINUTE = 60_000;
let bot: GitHubBot;
beforeAll(async () => {
  bot = await gitHubBot({ scm: { nativeAutoMerge: true } });
});
afterAll(async () => {
  await bot.close();
  expect(bot.fake.violations).toEqual([]);
});

/** Checks and review are there; the merge button is. */
const ready = async (title: string) => {
  const made = await bot.delivered({ title });
  bot.pass(made.pull);
  bot.github.review(made.pull.number, 'dana', 'APPROVED');
  await bot.me.sees(made.session, /can be merged at/);
  return made;
};
const press = (session: string) =>
  bot.me.presses(session, 'Approve & merge', { within: /can be merged at/ });
const outcome = (session: string, cause: string) =>
  until(async () => (await bot.me.view(session)).outcome?.cause === cause, {
    what: `${session} ${cause}`,
  });
function refuse(message: string): void {
  bot.github.refuseMerge = { status: 405, message };
}

it('merges another way than asked where the repository allows only that, and says so in the thread', async () => {
  bot.github.rules.methods = { squash: false, merge: true, rebase: true };
  bot.clock.skip(11 * MINUTE);
  const { session } = await ready('By merge');
  await press(session);
  await outcome(session, 'merged');
  await bot.me.sees(
    session,
    /merged into main as [0-9a-f]{7}.*The repository does not allow "squash"; merged by "merge" instead/,
  );
  bot.github.rules.methods = { squash: true, merge: true, rebase: true };
  bot.clock.skip(11 * MINUTE);
});

it('parks a refused merge, tries again with back-off, and merges when GitHub lets it', async () => {
  const { session } = await ready('Refused');
  refuse('Merging is blocked by a hook');
  await press(session);
  await bot.me.sees(session, /Merge of [0-9a-f]{7} failed:.*blocked by a hook.*Next try in 1 min/);
  await until(async () => (await bot.me.view(session)).status === 'merge_failed', {
    what: 'the parking',
  });
  refuse('Merging is blocked by a hook');
  bot.clock.skip(MINUTE + 1_000);
  await until(async () => (await bot.me.view(session)).mergeFailure?.attempts === 2, {
    what: 'the second refusal',
  });
  await bot.me.sees(session, /Next try in 5 min/);
  bot.clock.skip(4 * MINUTE);
  expect((await bot.me.view(session)).outcome).toBeNull();
  bot.clock.skip(2 * MINUTE);
  await outcome(session, 'merged');
});

it('enqueues with the expected head where a merge queue rules, follows it, and tries again when it is thrown out', async () => {
  bot.github.rules.mergeQueue = true;
  const { session, pull } = await ready('Queued');
  await press(session);
  await bot.me.sees(session, /Merge of [0-9a-f]{7} is queued: the forge merges it/);
  await until(async () => (await bot.me.view(session)).pr?.mergeability === 'queued', {
    what: 'the queue to be seen',
  });
  bot.github.leaveQueue(pull.number);
  await bot.me.sees(
    session,
    new RegExp(
      `The forge took #${pull.number} out of its queue without a merge\\. Next try in 1 min`,
    ),
  );
  bot.clock.skip(MINUTE + 1_000);
  await until(() => pull.queued, { what: 'the second try' });
  bot.github.drainQueue();
  await outcome(session, 'merged');
  bot.github.rules.mergeQueue = false;
});

it("turns GitHub's auto-merge on where its rules still hold the merge back; a push takes it off again", async () => {
  bot.github.rules.blocked = true;
  const { session, pull } = await ready('Auto');
  await press(session);
  await until(() => pull.autoMerge, { what: 'auto-merge' });
  await bot.me.sees(session, /is queued: the forge merges it.*GitHub merges it when they are met/);
  await bot.push(session, { 'later.txt': 'later\n' });
  await until(() => !pull.autoMerge, { what: 'auto-merge to be off' });
  await bot.me.sees(session, /the merge that waited was for another commit/);
  bot.github.rules.blocked = false;
  bot.pass(pull);
  bot.github.review(pull.number, 'dana', 'APPROVED');
  await bot.me.sees(session, new RegExp(`can be merged at ${pull.headSha.slice(0, 7)}`));
  await bot.me.presses(session, 'Approve & merge', {
    within: new RegExp(`can be merged at ${pull.headSha.slice(0, 7)}`),
  });
  await outcome(session, 'merged');
});

it('updates a branch that is behind where the base must be current', async () => {
  bot.github.rules.strict = true;
  const { session, pull } = await bot.delivered({ title: 'Behind' });
  const first = pull.headSha;
  bot.commit('main', { 'base.txt': `${Date.now()}\n` });
  bot.pass(pull);
  await until(() => pull.headSha !== first, { what: 'the updated branch' });
  await until(async () => (await bot.me.view(session)).pr?.headSha === pull.headSha, {
    what: 'the new head',
  });
  bot.github.rules.strict = false;
  await bot.me.command(`/ao kill ${session}`);
});

it('takes over a pull request by /ao adopt, and works on it to the merge', async () => {
  bot.commit('fix/typo', { 'typo.txt': 'fixed\n' });
  const pull: FakePull = bot.github.open({ branch: 'fix/typo', title: 'Fix a typo' });
  const said = await bot.me.command(`/ao adopt ${pull.number}`);
  const session = /app-\d+/.exec(said)?.[0] ?? said;
  await until(() => bot.received(session).length > 0, { what: 'the task' });
  expect(bot.received(session)[0]).toMatch(
    new RegExp(`Take over pull request #${pull.number} on branch fix/typo`),
  );
  expect(await bot.me.command(`/ao adopt ${pull.number}`)).toMatch(
    /works on pull request #\d+ already/,
  );
  const sha = await bot.push(session, { 'typo.txt': 'fixed well\n' });
  bot.agent.program(session).finish('Done.');
  await until(() => pull.headSha === sha, { what: 'the push' });
  bot.pass(pull);
  bot.github.review(pull.number, 'dana', 'APPROVED');
  await press(session);
  await outcome(session, 'merged');
  expect(await bot.me.command(`/ao adopt ${pull.number}`)).toMatch(/is merged/);
});
