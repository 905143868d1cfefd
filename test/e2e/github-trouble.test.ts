import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { FakePull } from '../fakes/github/world.ts';
import { type GitHubBot, gitHubBot } from '../support/github-bot.ts';
import { until } from '../support/until.ts';

const MINUTE = 60_000;
let bot: GitHubBot;
let session: string;
let pull: FakePull;
beforeAll(async () => {
  bot = await gitHubBot({ webhooks: false });
  ({ session, pull } = await bot.delivered());
});
afterAll(async () => {
  await bot.close();
  expect(bot.fake.violations).toEqual([]);
});
/** One test that fails takes no other with it. */
afterEach(() => {
  bot.fake.tokens.add('ghp_test');
  bot.github.hidden = false;
  bot.fake.clearFaults();
});
const view = () => bot.me.view(session);
const count = async (what: RegExp) =>
  (await bot.me.thread(session)).match(new RegExp(what.source, 'g'))?.length ?? 0;
const looks = (): number => bot.fake.log.length;
/** ao asked GitHub again, and had time to take the answer in. */
const lookedAgain = async (): Promise<void> => {
  const before = looks();
  await until(() => looks() > before + 2, { what: 'some more calls', timeoutMs: 20_000 });
};

it.each([
  [
    'a token that is refused',
    () => bot.fake.tokens.clear(),
    () => bot.fake.tokens.add('ghp_test'),
    /ao can't ask the forge.*refused ao's credentials/,
  ],
  [
    'a repository that ao may not see any more',
    () => (bot.github.hidden = true),
    () => (bot.github.hidden = false),
    /ao can't ask the forge.*may not see it/,
  ],
])(
  '%s is told once as a fact about ao; the pull request stays as it was',
  async (_name, breaks, mends, said) => {
    const [before, backs] = [await view(), await count(/The forge answers again/)];
    breaks();
    bot.clock.skip(11 * MINUTE);
    await bot.me.sees(session, said);
    await lookedAgain();
    expect(await count(said)).toBe(1);
    expect((await view()).pr).toMatchObject({
      state: 'open',
      headSha: before.pr?.headSha ?? '',
      checks: { state: before.pr?.checks.state },
    });
    expect((await view()).outcome).toBeNull();
    mends();
    bot.clock.skip(11 * MINUTE);
    await until(async () => (await count(/The forge answers again/)) === backs + 1, {
      what: 'the return of the forge',
      timeoutMs: 20_000,
    });
  },
);

it('GitHub that fails for a moment is no news; one that fails for long is', async () => {
  const [told, backs] = [
    await count(/ao can't ask the forge/),
    await count(/The forge answers again/),
  ];
  bot.fake.fault({ match: /./, status: 502, times: 1_000 });
  await lookedAgain();
  expect(await count(/ao can't ask the forge/)).toBe(told);
  bot.clock.skip(6 * MINUTE);
  await lookedAgain();
  await until(async () => (await count(/ao can't ask the forge/)) === told + 1, {
    what: 'the word',
    timeoutMs: 20_000,
  });
  expect((await view()).pr?.state).toBe('open');
  bot.fake.clearFaults();
  bot.clock.skip(MINUTE);
  await until(async () => (await count(/The forge answers again/)) === backs + 1, {
    what: 'the return',
    timeoutMs: 20_000,
  });
});

it('a draft, another base, a forced push, a close and a re-opening are seen and told', async () => {
  bot.github.setDraft(pull.number, true);
  await until(async () => (await view()).pr?.draft === true, { what: 'the draft' });
  bot.github.setDraft(pull.number, false);
  bot.commit('next', { 'n.txt': 'n\n' });
  bot.github.setBase(pull.number, 'next');
  await until(async () => (await view()).pr?.base === 'next', { what: 'the other base' });
  const sha = await bot.push(session, { 'greeting.txt': 'forced\n' });
  await until(async () => (await view()).pr?.headSha === sha, { what: 'the push' });
  bot.github.close(pull.number);
  await bot.me.sees(session, /was closed without a merge\. Resume, or finish the session/);
  bot.github.reopen(pull.number);
  await bot.me.sees(session, /PR #2 was reopened/);
});

it('a merge by somebody else at GitHub ends the session in their name', async () => {
  bot.github.merge(pull, 'squash', 'x', 'dana');
  await until(async () => (await view()).outcome?.cause === 'merged', { what: 'the end' });
  expect((await view()).outcome?.by.name).toBe('dana');
  await bot.me.sees(session, /merged into next as [0-9a-f]{7} by @dana/);
});
