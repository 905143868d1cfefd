import type { ChatInput, ChatMessage, ChatUser, Inbound } from '../../../src/slots/chat.ts';
import type { SlackApi } from './api.ts';
import { type HomePart, homeView } from './render/view.ts';

/** What the Home tab shows: the answers to these commands, asked for the person who looks. */
const PARTS = [
  { title: 'Waiting for you', command: 'inbox' },
  { title: 'Sessions', command: 'status' },
  { title: 'Cost this month', command: 'cost month' },
] as const;

export interface HomeAsked {
  readonly user: ChatUser;
  readonly slackUser: string;
  /** Each part is a delivery of its own. */
  readonly delivery: string;
  readonly at: number;
}

export async function publishHome(
  api: SlackApi,
  platform: string,
  inbound: Inbound,
  asked: HomeAsked,
): Promise<void> {
  const parts = await Promise.all(
    PARTS.map(async ({ title, command }): Promise<HomePart> => {
      const input: ChatInput = {
        platform,
        delivery: `${asked.delivery}/${command}`,
        user: asked.user,
        channel: asked.slackUser,
        thread: null,
        at: asked.at,
        type: 'command',
        text: command,
        files: [],
        trigger: null,
      };
      const reply = await inbound(input);
      return { title, message: reply.whisper ?? NOTHING };
    }),
  );
  // Whoever may not look sees the reason once, not three times.
  const [first] = parts;
  const same =
    first !== undefined && parts.every((part) => part.message.text === first.message.text);
  await api.callPatiently('answer', 'views.publish', {
    user_id: asked.slackUser,
    view: homeView(same ? [{ title: 'ao', message: first.message }] : parts),
  });
}

const NOTHING: ChatMessage = {
  text: 'Nothing.',
  kind: 'post',
  blocks: [{ type: 'text', text: 'Nothing.' }],
};
