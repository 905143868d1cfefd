import { controlsOf } from '../fakes/slack/person.ts';
import { readMessageText } from '../fakes/slack/read-blocks.ts';
import { BOT_USER, type FakeMessage } from '../fakes/slack/workspace.ts';
import type { BotWorldOptions } from './bot-world.ts';
import { CHANNEL, slackWorld } from './slack-world.ts';
import type { Shown, Team } from './team.ts';
import { until } from './until.ts';

const EMOJI: Readonly<Record<string, string>> = { eyes: '👀', white_check_mark: '✅', warning: '⚠️' };

/** Dana at Slack. */
export async function slackTeam(more: BotWorldOptions['more'] = {}): Promise<Team> {
  const world = await slackWorld(more);
  await world.start();
  await world.slack.connected();
  const shown = (message: FakeMessage): Shown => ({
    id: message.ts,
    text: readMessageText(message),
    buttons: controlsOf(message.blocks).map((control) => control.label),
  });
  const root = (): FakeMessage => {
    const found = world.roots().find((message) => message.user === BOT_USER);
    if (found === undefined) throw new Error('no thread is open');
    return found;
  };
  const find = (id: string): FakeMessage => {
    const found = world.slack.workspace.messages.find((message) => message.ts === id);
    if (found === undefined) throw new Error(`no message ${id}`);
    return found;
  };
  const privates = (): readonly FakeMessage[] => world.slack.workspace.messages.filter((message) => message.ephemeralFor === 'U0DANA00');
  return {
    bot: { ...world, start: () => Promise.reject(new Error('it runs')) },
    async types(line) {
      const before = privates().length;
      await world.dana.types(CHANNEL, line);
      return readMessageText(await until(() => privates()[before], { what: 'the private answer' }));
    },
    thread: async () => world.thread(root()).map(shown),
    channel: async () => world.roots().map(shown),
    says: async (text) => (await world.dana.says(CHANNEL, text, { thread: root().ts })).ts,
    async receipt(message) {
      const own = find(message).reactions.find((reaction) => reaction.users.includes(BOT_USER));
      return own === undefined ? null : (EMOJI[own.name] ?? own.name);
    },
    async presses(message, label) {
      await world.dana.presses(find(message.id), label);
      return null;
    },
    close: () => world.close(),
  };
}
