import { randomUUID } from 'node:crypto';
import type { ChatReply } from '../../src/slots/chat.ts';
import type { StoredMessage } from '../../src/slots/message-store.ts';
import { ADMIN_TOKEN, type BotWorldOptions, botWorld } from './bot-world.ts';
import type { Shown, Team } from './team.ts';

/** The person at the web chat, over its HTTP API. */
export async function webTeam(more: BotWorldOptions['more'] = {}, options: Omit<BotWorldOptions, 'more'> = {}): Promise<Team> {
  const bot = await botWorld({ ...options, more });
  const { url } = await bot.start();
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' };
  const get = async (path: string): Promise<readonly StoredMessage[]> => (await (await fetch(`${url}${path}`, { headers })).json()) as readonly StoredMessage[];
  const give = async (input: object): Promise<string | null> => {
    const answer = await fetch(`${url}/api/chat/inputs`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ delivery: randomUUID(), channel: 'sample', ...input }),
    });
    return ((await answer.json()) as ChatReply).whisper?.text ?? null;
  };
  const session = (): string => bot.app().commands.sessions({ all: true })[0]?.id ?? 'none';
  const rows = (): Promise<readonly StoredMessage[]> => get(`/api/chat/threads/${session()}/messages`);
  const shown = (row: StoredMessage): Shown => ({ id: row.id, text: textOf(row), buttons: buttonsOf(row).map((button) => button.label) });
  const buttonsOf = (row: StoredMessage) => (row.message?.blocks ?? []).flatMap((block) => (block.type === 'buttons' ? block.buttons : []));
  return {
    bot,
    types: (line) => give({ type: 'command', thread: null, text: line }),
    thread: async () => (await rows()).map(shown),
    channel: async () => (await get('/api/chat/channels/sample/messages')).map(shown),
    async says(text) {
      await give({ type: 'reply', thread: session(), text });
      return (await rows()).findLast((row) => row.text === text)?.id ?? '';
    },
    receipt: async (message) => (await rows()).find((row) => row.id === message)?.reactions[0] ?? null,
    async presses(message, label) {
      const row = [...(await rows()), ...(await get('/api/chat/channels/sample/messages'))].find((each) => each.id === message.id);
      const button = row === undefined ? undefined : buttonsOf(row).find((each) => each.label === label);
      if (button === undefined) throw new Error(`no button ${label} on: ${message.text}`);
      return give({ type: 'action', thread: session(), message: message.id, action: button.id, value: null });
    },
    close: () => bot.close(),
  };
}

const textOf = (row: StoredMessage): string =>
  row.message?.blocks.flatMap((block) => (block.type === 'text' || block.type === 'context' ? [block.text] : [])).join('\n') ?? row.text;
