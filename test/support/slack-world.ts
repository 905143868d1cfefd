import {
  APP_TOKEN,
  BOT_TOKEN,
  type FakeSlack,
  shownTo,
  startFakeSlack,
} from '../fakes/slack/fake-slack.ts';
import { type FakePerson, personAt } from '../fakes/slack/person.ts';
import { readMessageText } from '../fakes/slack/read-blocks.ts';
import { type FakeMessage, TEAM } from '../fakes/slack/workspace.ts';
import { type BotWorld, type BotWorldOptions, botWorld } from './bot-world.ts';
import { until } from './until.ts';

export const CHANNEL = 'C0DEV000';

export interface SlackWorld extends BotWorld {
  readonly slack: FakeSlack;
  /** May do everything. */
  readonly dana: FakePerson;
  /** Is named nowhere in the configuration. */
  readonly lee: FakePerson;
  /** Roots in the channel that everybody sees. */
  roots(): readonly FakeMessage[];
  /** A thread, root included. */
  thread(root: FakeMessage): readonly FakeMessage[];
  /** The first message of the thread whose text (buttons included) has this in it. */
  sees(root: FakeMessage, text: string | RegExp, timeoutMs?: number): Promise<FakeMessage>;
  /** The newest private message to a person with this in it. */
  privately(user: string, text: string | RegExp): Promise<FakeMessage>;
  /** Started by dana with `/ao spawn <issue>`; resolves with the root of its thread. */
  spawned(issue: number): Promise<FakeMessage>;
}

/** A bot with the web chat and Slack on loopback. Nothing is started. */
export async function slackWorld(
  options: Pick<BotWorldOptions, 'more' | 'project'> = {},
): Promise<SlackWorld> {
  const slack = await startFakeSlack();
  const bot = await botWorld({
    ...options,
    chat: { slack: { botToken: BOT_TOKEN, appToken: APP_TOKEN, apiUrl: slack.apiUrl } },
    channels: [`slack:${CHANNEL}`],
    secrets: [BOT_TOKEN, APP_TOKEN],
    more: { access: { users: { [`slack:${TEAM}:U0DANA00`]: ['member'] } }, ...options.more },
  });
  const dana = personAt(slack, 'U0DANA00');
  const world: SlackWorld = {
    ...bot,
    slack,
    dana,
    lee: personAt(slack, 'U0LEE000'),
    roots: () => shownTo(slack.workspace, CHANNEL, null, null),
    thread: (message) => shownTo(slack.workspace, message.channel, message.ts, null),
    async sees(message, text, timeoutMs = 20_000) {
      const found = (): FakeMessage | undefined =>
        world.thread(message).find((one) => matches(readMessageText(one), text));
      return until(found, { what: `the thread to show ${String(text)}`, timeoutMs }).catch(
        (error: unknown) => {
          const faults = bot.logged
            .filter((line) => line.level !== 'info')
            .map((line) => line.message);
          throw new Error(
            `${(error as Error).message}. It shows:\n${world.thread(message).map(readMessageText).join('\n\n')}\nLog: ${faults.join('\n')}`,
          );
        },
      );
    },
    privately: (user, text) =>
      until(
        () =>
          slack.workspace.messages.findLast(
            (one) =>
              (one.ephemeralFor === user || one.channel === `D${user.slice(1)}`) &&
              matches(readMessageText(one), text),
          ),
        { what: `a private message with ${String(text)}`, timeoutMs: 5_000 },
      ),
    async spawned(issue) {
      await slack.connected();
      const before = world.roots().length;
      await dana.types(CHANNEL, `/ao spawn ${issue}`);
      return until(() => world.roots()[before] ?? null, { what: 'the card of a new session' });
    },
    async close() {
      await bot.close();
      const { problems } = slack;
      await slack.close();
      if (problems.length > 0)
        throw new Error(`Slack would not take what was sent:\n${problems.join('\n')}`);
    },
  };
  return world;
}

const matches = (text: string, wanted: string | RegExp): boolean =>
  typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text);
