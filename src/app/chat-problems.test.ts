/** What a platform refuses for good: people hear of it where they are, and it never goes on for ever. */
import { expect, onTestFinished, test } from 'vitest';
import { commandWorld } from '../../test/support/command-world.ts';
import { policyWith } from '../../test/support/session-world.ts';
import { cardJob } from '../chat/thread/chat-job.ts';
import { post } from '../chat/words/message.ts';
import { enqueue, type NewJob } from '../db/outbox-store.ts';
import { addThread, setThread } from '../db/thread-store.ts';
import { createOutbox } from '../lifecycle/outbox.ts';
import type { ChatMessage, ChatPlugin, MessageRef } from '../slots/chat.ts';
import { rejected } from '../slots/errors.ts';
import { createChatHost } from './chat-host.ts';

const PLATFORMS = ['slack', 'discord'] as const;
const QUESTION = post('Which way?', '**Which** way?');
const isNote = (message: ChatMessage): boolean => message.text.startsWith('⚠️');

/** The thread of app-1 on this platform and a web chat; `takes` says which messages the platform takes. */
async function world(platform: string, takes: (message: ChatMessage) => boolean) {
  const commands = await commandWorld();
  const { db, clock, dir, dispatch, plugins: _, ...rest } = commands.lifecycle;
  const shown: Record<string, string[]> = { [platform]: [], web: [] };
  const pluginOf = (name: string): ChatPlugin => {
    const show = async (message: ChatMessage): Promise<MessageRef> => {
      if (name !== 'web' && !takes(message))
        throw rejected('AO_NEW_ERROR', 'The platform refused it (an_error_nobody_knows).');
      shown[name]?.push(message.text);
      return { platform: name, channel: 'c1', thread: 't1', message: `m${shown[name]?.length}` };
    };
    return {
      platform: name,
      capabilities: { editInterval: 0 },
      post: (_thread: unknown, message: ChatMessage) => show(message),
      postToChannel: (_channel: unknown, message: ChatMessage) => show(message),
      update: async (_ref: unknown, message: ChatMessage) => void (await show(message)),
    } as unknown as ChatPlugin;
  };
  const chats = [platform, 'web'].map(pluginOf);
  addThread(db, 'app-1', platform, 'c1');
  setThread(db, 'app-1', platform, { thread: 't1', root: 'm0' });
  const host = createChatHost({
    db,
    clock,
    dataDir: dir,
    chats: () => chats,
    dispatch: () => dispatch,
    commands: () => commands.commands,
    reader: () => commands.reader,
    access: commands.access,
    policyOf: () => policyWith(),
    verbosityOf: () => 'normal',
    listenOf: () => null,
    channelsOf: () => [],
    linkTo: (session) => `https://ao.example/${session}`,
    publicAddress: () => true,
    chart: async () => null,
    redact: (text) => text,
    audit: (entry) => commands.audit(entry),
  });
  const log = (): void => {};
  const outbox = createOutbox({
    db,
    clock,
    logger: { debug: log, info: log, warn: log, error: log },
    handlers: host.handlers,
    together: (work) => dispatch.together(work),
  });
  onTestFinished(() => outbox.stop());
  void rest;
  return {
    shown: (name: string) => shown[name] ?? [],
    async carryOut(...jobs: readonly NewJob[]) {
      for (const job of jobs) enqueue(db, job, clock.now());
      outbox.start();
      await outbox.idle();
      await outbox.stop();
    },
  };
}

const job = (platform: string, name: string, change: Partial<NewJob> = {}): NewJob => ({
  key: `chat.post:${platform}:app-1:${name}`,
  lane: `chat:${platform}:app-1`,
  session: 'app-1',
  type: 'chat.post',
  payload: { platform, message: QUESTION },
  ...change,
});

test.each(PLATFORMS)(
  '%s: a post that is refused is told in its thread, and so is the next',
  async (platform) => {
    const { carryOut, shown } = await world(platform, isNote);
    await carryOut(job(platform, '1'), job(platform, '2'));
    const note =
      "⚠️ A message, which may ask you something, can't be shown here: The platform refused it (an_error_nobody_knows). It is in ao's web chat.";
    expect(shown(platform)).toEqual([note, note]);
    // Once for both there.
    expect(shown('web')).toHaveLength(1);
  },
);

test.each(PLATFORMS)('%s: what was to be in the channel is told there', async (platform) => {
  const { carryOut, shown } = await world(platform, isNote);
  const payload = { platform, channel: 'c1', message: QUESTION };
  await carryOut(job(platform, '1', { type: 'chat.channel', session: null, payload }));
  expect(shown(platform)).toEqual([expect.stringContaining("can't be shown here")]);
});

test.each(PLATFORMS)(
  '%s: a card that is refused each time it is drawn is told once',
  async (platform) => {
    const { carryOut, shown } = await world(platform, isNote);
    const card = cardJob('app-1', { platform, channel: 'c1', editInterval: 0 });
    await carryOut(card);
    await carryOut(card);
    expect(shown(platform)).toEqual([expect.stringMatching(/^⚠️ The card of this session can't/)]);
  },
);

test.each(PLATFORMS)(
  '%s: where nothing at all is taken nothing is tried for ever',
  async (platform) => {
    const { carryOut, shown } = await world(platform, () => false);
    await carryOut(job(platform, '1'));
    expect(shown(platform)).toEqual([]);
    expect(shown('web')).toEqual([
      `⚠️ ${platform} does not show everything: The platform refused it (an_error_nobody_knows).`,
    ]);
  },
);
