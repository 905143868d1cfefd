import { randomUUID } from 'node:crypto';
import type { Block, Button, ChatMessage, ChatReply } from '../../src/slots/chat.ts';
import type { StoredMessage } from '../../src/slots/message-store.ts';
import { ADMIN_TOKEN, botWorld } from './bot-world.ts';
import type { Shown, Team, TeamOptions } from './team.ts';
import { until } from './until.ts';

/** The person at the web chat, over its HTTP API. */
export async function webTeam(options: TeamOptions = {}): Promise<Team> {
  const bot = await botWorld(options);
  const { url } = await bot.start();
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' };
  const get = async (path: string): Promise<readonly StoredMessage[]> =>
    (await (await fetch(`${url}${path}`, { headers })).json()) as readonly StoredMessage[];
  let whispered: ChatMessage | null = null;
  let form: { readonly id: string; readonly thread: string | null } | null = null;
  const give = async (input: {
    readonly type: string;
    readonly thread: string | null;
    readonly [more: string]: unknown;
  }): Promise<ChatReply> => {
    const answer = await fetch(`${url}/api/chat/inputs`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ delivery: randomUUID(), channel: 'sample', ...input }),
    });
    const reply = (await answer.json()) as ChatReply;
    whispered = reply.whisper ?? whispered;
    form = reply.form === undefined ? form : { id: reply.form.id, thread: input.thread };
    return reply;
  };
  const session = (): string => bot.app().reader.sessions({ all: true })[0]?.id ?? 'none';
  const rows = (): Promise<readonly StoredMessage[]> =>
    get(`/api/chat/threads/${session()}/messages`);
  const privateId = 'private';
  const shownMessage = (id: string, message: ChatMessage): Shown => ({
    id,
    text: textOf(message.blocks),
    buttons: buttonsOf(message.blocks).map((button) => button.label),
    files: (message.files ?? []).map((file) => file.name),
  });
  const shown = (row: StoredMessage): Shown =>
    row.message === null
      ? { id: row.id, text: row.text, buttons: [], files: [] }
      : shownMessage(row.id, row.message);
  const blocksOf = async (id: string): Promise<readonly Block[]> => {
    if (id === privateId) return whispered?.blocks ?? [];
    const row = [...(await rows()), ...(await get('/api/chat/channels/sample/messages'))].find(
      (each) => each.id === id,
    );
    return row?.message?.blocks ?? [];
  };
  return {
    bot,
    types: async (line) =>
      (await give({ type: 'command', thread: null, text: line })).whisper?.text ?? null,
    thread: async () => (await rows()).map(shown),
    channel: async () => (await get('/api/chat/channels/sample/messages')).map(shown),
    takesFiles: false,
    deletesThread: null,
    shuts: null,
    async says(text) {
      const known = new Set((await rows()).map((row) => row.id));
      await give({ type: 'reply', thread: session(), text });
      return until(
        async () => (await rows()).find((row) => row.text === text && !known.has(row.id))?.id,
        { what: 'the own message' },
      );
    },
    edits: async (message, text) =>
      void (await give({ type: 'edit', thread: session(), message, text })),
    deletes: async (message) => void (await give({ type: 'delete', thread: session(), message })),
    receipt: async (message) =>
      (await rows()).find((row) => row.id === message)?.reactions[0] ?? null,
    async presses(message, label) {
      const button = buttonsOf(await blocksOf(message.id)).find((each) => each.label === label);
      if (button === undefined) throw new Error(`no button ${label} on: ${message.text}`);
      return (
        (
          await give({
            type: 'action',
            thread: session(),
            message: message.id,
            action: button.id,
            value: null,
          })
        ).whisper?.text ?? null
      );
    },
    async submits(values) {
      if (form === null) throw new Error('there is no form');
      await give({ type: 'form', thread: form.thread, form: form.id, values });
    },
    async chooses(message, value) {
      const menu = (await blocksOf(message.id)).find((block) => block.type === 'select');
      if (menu?.type !== 'select') throw new Error('there is no menu');
      await give({
        type: 'action',
        thread: null,
        message: message.id,
        action: menu.select.id,
        value,
      });
    },
    privately: async () => (whispered === null ? null : shownMessage(privateId, whispered)),
    close: () => bot.close(),
  };
}

const textOf = (blocks: readonly Block[]): string =>
  blocks
    .flatMap((block) => (block.type === 'text' || block.type === 'context' ? [block.text] : []))
    .join('\n');
const buttonsOf = (blocks: readonly Block[]): readonly Button[] =>
  blocks.flatMap((block) => (block.type === 'buttons' ? block.buttons : []));
