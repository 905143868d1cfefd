/** The real doors of chat between scripted commands and three platforms, each of which shows what it gets in its own way. */
import { renderAnswer } from '../../../plugins/chat/discord/render/answer.ts';
import { renderMessage as inDiscord } from '../../../plugins/chat/discord/render/message.ts';
import { modalOf } from '../../../plugins/chat/discord/render/modal.ts';
import { renderMessage as inSlack } from '../../../plugins/chat/slack/render/message.ts';
import { formView, homeView } from '../../../plugins/chat/slack/render/view.ts';
import { type ChatHost, createChatHost } from '../../../src/app/chat-host.ts';
import type { Access } from '../../../src/commands/access.ts';
import type { Commands } from '../../../src/commands/commands.ts';
import type { Reader } from '../../../src/commands/reader.ts';
import type { Db } from '../../../src/db/open.ts';
import { claimable, markDone, markRunning } from '../../../src/db/outbox-store.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import type { Redact } from '../../../src/lib/redact.ts';
import type { Dispatch } from '../../../src/lifecycle/dispatch.ts';
import type { ChatMessage, ChatPlugin, ChatReply, Form } from '../../../src/slots/chat.ts';
import { policyWith } from '../session-world.ts';
import type { Collector } from './collector.ts';

export const PLATFORMS = ['web', 'slack', 'discord'] as const;
export type Platform = (typeof PLATFORMS)[number];

export interface ChatDoorParts {
  readonly db: Db;
  readonly clock: Clock;
  readonly commands: Commands;
  readonly reader: Reader;
  readonly redact: Redact;
  readonly dataDir: string;
  readonly collect: Collector;
  readonly audit: Parameters<typeof createChatHost>[0]['audit'];
  readonly chart: Parameters<typeof createChatHost>[0]['chart'];
}

export interface ChatDoors {
  readonly host: ChatHost;
  /** Carries out everything that waits in the outbox and has to do with chat. */
  settle(): Promise<void>;
  /** Shows an answer as a platform does. */
  show(platform: Platform, kind: string, reply: ChatReply): void;
  /** Shows the Home tab, where a platform has one. */
  home(kind: string, title: string, message: ChatMessage): void;
}

export function chatDoors(parts: ChatDoorParts): ChatDoors {
  const { db, clock, collect } = parts;
  const chats = PLATFORMS.map((platform) => recording(platform, collect));
  const host = createChatHost({
    ...parts,
    chats: () => chats,
    dispatch: () => ({ all: () => [] }) as unknown as Dispatch,
    commands: () => parts.commands,
    reader: () => parts.reader,
    access: { seen: () => {}, refusal: () => null } as unknown as Access,
    policyOf: () => policyWith(),
    listenOf: () => null,
    verbosityOf: () => 'verbose',
    channelsOf: () => PLATFORMS.map((platform) => ({ platform, channel: 'c' })),
    linkTo: (session) => `http://127.0.0.1/s/${session}`,
    publicAddress: () => false,
  });
  return {
    host,
    async settle() {
      for (let jobs = claimable(db, clock.now(), new Set()); jobs.length > 0; ) {
        for (const job of jobs) {
          markRunning(db, job.id);
          const handler = host.handlers[job.type];
          if (handler === undefined) throw new Error(`nobody carries out ${job.type}`);
          const { result, commit } = await handler.run({ ...job, attempts: 1 });
          commit?.();
          collect.sent(job.type, '');
          markDone(db, job.id, result, clock.now(), 0);
        }
        jobs = claimable(db, clock.now(), new Set());
      }
    },
    show(platform, kind, { whisper, form, ...more }) {
      if (whisper !== undefined)
        collect.sent(`${kind} on ${platform}`, shown(platform, whisper, true));
      if (form !== undefined) collect.sent(`${kind} on ${platform}`, formOn(platform, form));
      collect.sent(`${kind} on ${platform}`, more);
    },
    home: (kind, title, message) => collect.sent(kind, homeView([{ title, message }])),
  };
}

/** As people get it: blocks, embeds, and the contents of files. */
function shown(platform: Platform, message: ChatMessage, isPrivate: boolean): unknown {
  switch (platform) {
    case 'web':
      return message;
    case 'slack':
      return inSlack(message);
    case 'discord':
      return isPrivate ? renderAnswer(message) : inDiscord(message);
  }
}

function formOn(platform: Platform, form: Form): unknown {
  switch (platform) {
    case 'web':
      return form;
    case 'slack':
      return formView(form, { channel: 'C0DEV000', thread: null });
    case 'discord':
      return modalOf(form);
  }
}

function recording(platform: Platform, collect: Collector): ChatPlugin {
  let made = 0;
  const take = (kind: string, message: ChatMessage): string => {
    collect.sent(`${kind} on ${platform}`, shown(platform, message, false));
    made += 1;
    return `m${made}`;
  };
  const plugin: Partial<ChatPlugin> = {
    platform,
    capabilities: { editInterval: 0 } as ChatPlugin['capabilities'],
    openThread: async ({ card, title, channel }) => {
      collect.sent(`title on ${platform}`, title);
      const message = take('card', card);
      return { platform, channel, thread: 't7', root: message, message };
    },
    post: async (thread, message) => ({ ...thread, message: take('post', message) }),
    postToChannel: async (channel, message) =>
      ({
        platform,
        channel,
        thread: null,
        message: take('channel', message),
      }) as never,
    update: async (_ref, message) => void take('update', message),
    react: async () => {},
    setThreadState: async () => {},
    hasThread: async () => true,
    lookup: async () => null,
    link: () => 'https://chat.test/t7',
  } as Partial<ChatPlugin>;
  return plugin as ChatPlugin;
}
