import { controlsOf } from '../fakes/slack/person.ts';
import { readMessageText } from '../fakes/slack/read-blocks.ts';
import { BOT_USER, type FakeMessage } from '../fakes/slack/workspace.ts';
import { CHANNEL, type SlackWorld, slackWorld } from './slack-world.ts';
import type { Shown, Team, TeamOptions } from './team.ts';
import { until } from './until.ts';

const EMOJI: Readonly<Record<string, string>> = {
  eyes: '👀',
  white_check_mark: '✅',
  warning: '⚠️',
};

export interface SlackTeam extends Team {
  readonly world: SlackWorld;
}

/** Dana at Slack. */
export async function slackTeam(options: TeamOptions = {}): Promise<SlackTeam> {
  const world = await slackWorld(options);
  await world.start();
  await world.slack.connected();
  const { workspace } = world.slack;
  const shown = (message: FakeMessage): Shown => ({
    id: message.ts,
    text: readMessageText(message),
    buttons: controlsOf(message.blocks).map((control) => control.label),
    files: message.files.map((file) => file.name),
  });
  const root = (): FakeMessage => {
    const found = world.roots().find((message) => message.user === BOT_USER);
    if (found === undefined) throw new Error('no thread is open');
    return found;
  };
  const find = (id: string): FakeMessage => {
    const found = workspace.messages.find((message) => message.ts === id);
    if (found === undefined) throw new Error(`no message ${id}`);
    return found;
  };
  const privates = (): readonly FakeMessage[] =>
    workspace.messages.filter((message) => message.ephemeralFor === 'U0DANA00');
  return {
    world,
    bot: world,
    takesFiles: true,
    deletesThread() {
      const gone = root();
      for (const message of world.thread(gone)) message.deleted = true;
    },
    async types(line) {
      const before = privates().length;
      await world.dana.types(CHANNEL, line);
      return readMessageText(await until(() => privates()[before], { what: 'the private answer' }));
    },
    thread: async () => world.thread(root()).map(shown),
    channel: async () => world.roots().map(shown),
    says: async (text, files = []) =>
      (await world.dana.says(CHANNEL, text, { thread: root().ts, files })).ts,
    edits: (id, text) => world.dana.edits(find(id), text),
    deletes: (id) => world.dana.deletes(find(id)),
    async receipt(message) {
      const own = find(message).reactions.find((reaction) => reaction.users.includes(BOT_USER));
      return own === undefined ? null : (EMOJI[own.name] ?? own.name);
    },
    async presses(message, label) {
      await world.dana.presses(find(message.id), label);
      return null;
    },
    async submits(values) {
      await until(() => workspace.forms.has('U0DANA00'), { what: 'the form' });
      await world.dana.submits(values);
    },
    async chooses(message, value) {
      const [menu] = controlsOf(find(message.id).blocks).filter(
        (control) => control.type === 'static_select',
      );
      if (menu === undefined) throw new Error('there is no menu');
      await world.dana.presses(find(message.id), menu.id, { value });
    },
    async privately() {
      const last = privates().at(-1);
      return last === undefined ? null : shown(last);
    },
    shuts(shut) {
      const channel = workspace.channels.get(CHANNEL);
      if (channel === undefined) throw new Error('the channel is gone');
      channel.archived = shut;
    },
    close: () => world.close(),
  };
}
