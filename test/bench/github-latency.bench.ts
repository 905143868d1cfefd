// From a change at GitHub to the message in the agent: by webhook, and by polling alone. The whole bot, real git, GitHub's fake, agent and runtime in memory.
import { type GitHubBot, type GitHubBotOptions, gitHubBot } from '../support/github-bot.ts';
import { until } from '../support/until.ts';
import { type Figure, median, report } from './support/figures.ts';

const POLL = 10_000;
const POLLED_RUNS = 4;
const HOOKED_RUNS = 9;

/** Milliseconds until the agent had what `happens` says. */
async function took(
  bot: GitHubBot,
  session: string,
  word: string,
  happens: () => void,
): Promise<number> {
  const from = performance.now();
  happens();
  await until(() => bot.received(session).some((text) => text.includes(word)), {
    what: `"${word}" at the agent`,
    timeoutMs: 60_000,
  });
  return performance.now() - from;
}

/** `polled`: the running check is seen first, and the failure comes at different moments between two looks. */
async function failures(bot: GitHubBot, runs: number, polled: boolean): Promise<readonly number[]> {
  const times: number[] = [];
  for (let n = 0; n < runs; n += 1) {
    const { session, pull } = await bot.delivered({ title: `Broken ${n}` });
    const run = bot.github.check(pull.headSha, 'unit', { status: 'IN_PROGRESS' });
    if (polled)
      await until(async () => (await bot.me.view(session)).pr?.checks.state === 'pending', {
        what: 'the running check',
        timeoutMs: 60_000,
      });
    if (polled) await new Promise((resolve) => setTimeout(resolve, n * 2_500));
    const log = `AssertionError: run ${n} of many\n##[error]Process completed with exit code 1.`;
    times.push(
      await took(bot, session, `run ${n} of many`, () =>
        bot.github.finish(pull.headSha, run, 'FAILURE', { log }),
      ),
    );
  }
  return times;
}

async function remarks(bot: GitHubBot, runs: number): Promise<readonly number[]> {
  const times: number[] = [];
  const { session, pull } = await bot.delivered({ title: 'Reviewed' });
  for (let n = 0; n < runs; n += 1) {
    times.push(
      await took(
        bot,
        session,
        `remark ${n}!`,
        () => void bot.github.thread(pull.number, 'dana', `remark ${n}!`, 'greeting.txt', 1),
      ),
    );
    bot.agent.program(session).finish('Done.');
  }
  return times;
}

async function withBot(
  options: GitHubBotOptions,
  measure: (bot: GitHubBot) => Promise<readonly Figure[]>,
): Promise<readonly Figure[]> {
  const bot = await gitHubBot(options);
  try {
    return await measure(bot);
  } finally {
    await bot.close();
  }
}

const figure = (
  what: string,
  times: readonly number[],
  limit: number,
  of: (times: readonly number[]) => number,
): Figure => ({
  what,
  value: of(times),
  unit: 'ms',
  limit,
  runs: times.length,
});
const worst = (times: readonly number[]): number => Math.max(...times);

report('github-latency', [
  ...(await withBot({}, async (bot) => {
    const failed = await failures(bot, HOOKED_RUNS, false);
    const said = await remarks(bot, 4);
    return [
      figure('webhook of a failed check to the message with its log', failed, 1_000, median),
      figure('the slowest of them', failed, 1_000, worst),
      figure('webhook of a remark to the message', said, 1_000, median),
    ];
  })),
  ...(await withBot({ webhooks: false, scm: { pollMs: POLL } }, async (bot) => [
    figure(
      `failed check to the message, polling every ${POLL / 1_000} s, slowest`,
      await failures(bot, POLLED_RUNS, true),
      POLL + 1_000,
      worst,
    ),
  ])),
]);
