import { type APIThreadChannel, ChannelType, Routes } from 'discord.js';
import type { ChatMessage, MessageRef, ThreadRef } from '../../../src/slots/chat.ts';
import { PluginError, rejected } from '../../../src/slots/errors.ts';
import type { Logger } from '../../../src/slots/plugin.ts';
import { type Api, mustBeId } from './api.ts';
import type { ChannelFacts, Channels } from './channels.ts';
import { isDefinite, isDiscordError } from './errors.ts';
import { nonceOf, PLATFORM, timeOf } from './ids.ts';
import { LIMITS } from './limits.ts';
import { isThere, openAmongPeople } from './peoples-threads.ts';
import { allFiles, keepConfirms, type Posts, type SentMessage } from './posts.ts';
import type { Records } from './records.ts';
import { renderMessage, threadName } from './render/message.ts';
import { STATUS_COLORS } from './render/status-colors.ts';

/** Discord archives a thread after a week without a message; ao does it when the session ends. */
const AUTO_ARCHIVE = 10_080;

interface Parts {
  readonly api: Api;
  readonly channels: Channels;
  readonly posts: Posts;
  readonly records: Records;
  readonly logger: Logger;
  readonly now: () => number;
  readonly self: () => Promise<string>;
}

export interface Threads {
  open(input: {
    channel: string;
    title: string;
    card: ChatMessage;
    key: string;
    thread?: string;
  }): Promise<ThreadRef>;
  find(channel: string, key: string): Promise<ThreadRef | null>;
  /** A message in the channel itself; in a forum, a post. */
  inChannel(channel: string, message: ChatMessage, key: string): Promise<MessageRef>;
  /** The channel a message is in: the first message of a text channel's thread is in the channel. */
  channelOf(ref: MessageRef): Promise<string>;
  /** Does something in a thread that may be archived, and archives it again when its session has ended. */
  awake<T>(thread: string, act: () => Promise<T>): Promise<T>;
  /** Whether thread and root are there. */
  has(thread: ThreadRef): Promise<boolean>;
  setState(thread: string, state: 'open' | 'ended'): Promise<void>;
  showStatus(ref: MessageRef, status: string): Promise<void>;
}

export function createThreads(parts: Parts): Threads {
  const { api, channels, posts, records, logger, now } = parts;
  /** Last tag set by thread, so that an edit of a card is one call. */
  const shown = new Map<string, string>();

  const remember = (channel: string, thread: string): ThreadRef => {
    if (records.thread(thread) === null)
      records.setThread(thread, { channel, state: 'open', last: thread, at: now() });
    return { platform: PLATFORM, channel, thread, root: thread };
  };

  const startThread = async (
    channel: string,
    message: string,
    title: string,
  ): Promise<ThreadRef> => {
    if (records.thread(message) === null) {
      await api
        .post(Routes.threads(channel, message), {
          body: { name: threadName(title), auto_archive_duration: AUTO_ARCHIVE },
        })
        .catch(unless(160004));
    }
    return remember(channel, message);
  };

  const makeForumPost = async (
    forum: ChannelFacts,
    name: string,
    message: ChatMessage,
    key: string,
  ): Promise<SentMessage> => {
    const former = await findForumPost(key);
    if (former !== null) return former;
    const [nonce, rendered] = [nonceOf(key), renderMessage(message)];
    keepConfirms(records, rendered);
    records.setTried(nonce, { at: now(), channel: forum.id, kind: 'forum-post', print: name });
    try {
      const tag = message.status === undefined ? null : await tagFor(forum, message.status);
      const body = {
        name,
        auto_archive_duration: AUTO_ARCHIVE,
        message: rendered.body,
        ...(tag === null ? {} : { applied_tags: [tag] }),
      };
      const made = await api.post<APIThreadChannel>(Routes.threads(forum.id), {
        body,
        files: await allFiles(rendered),
      });
      const sent = { channel: made.id, message: made.id };
      records.setPosted(nonce, sent);
      return sent;
    } catch (error) {
      if (error instanceof PluginError && isDefinite(error)) records.notTried(nonce);
      throw error;
    }
  };

  /** Posts take no nonce, so one in doubt is known by its name, its owner and its time. Archived ones are not searched. */
  const findForumPost = async (key: string): Promise<SentMessage | null> => {
    const known = records.posted(key);
    if (known !== null) return known;
    const tried = records.tried(nonceOf(key));
    const guild = tried === null ? null : (await channels.facts(tried.channel)).guild;
    if (tried === null || guild === null) return null;
    const { threads } = await api.get<{ threads: APIThreadChannel[] }>(
      Routes.guildActiveThreads(guild),
    );
    const me = await parts.self();
    const ours = threads.find(
      (thread) =>
        thread.parent_id === tried.channel &&
        thread.owner_id === me &&
        thread.name === tried.print &&
        timeOf(thread.id) > tried.at - 60_000 &&
        !records.isClaimed(thread.id),
    );
    if (ours === undefined) return null;
    records.setPosted(nonceOf(key), { channel: ours.id, message: ours.id });
    return { channel: ours.id, message: ours.id };
  };

  /** Tags of a forum are its columns: made when ao may manage the channel, else left out (doctor says so). */
  const tagFor = async (forum: ChannelFacts, status: string): Promise<string | null> => {
    const has = (facts: Pick<ChannelFacts, 'tags'>): string | null =>
      facts.tags.find((tag) => tag.name === status)?.id ?? null;
    const known = has(forum);
    if (known !== null || forum.tags.length >= LIMITS.tagsPerForum) return known;
    const missing = [...new Set([status, ...Object.keys(STATUS_COLORS)])].filter(
      (name) => has({ tags: forum.tags.filter((tag) => tag.name === name) }) === null,
    );
    const tags = [
      ...forum.tags,
      ...missing
        .slice(0, LIMITS.tagsPerForum - forum.tags.length)
        .map((name) => ({ name: name.slice(0, LIMITS.tagName) })),
    ];
    try {
      const changed = await api.patch<{ available_tags?: { id: string; name: string }[] }>(
        Routes.channel(forum.id),
        { body: { available_tags: tags } },
      );
      channels.gone(forum.id);
      return has({ tags: changed.available_tags ?? [] });
    } catch (error) {
      logger.warn(
        { channel: forum.id },
        `The status tags of the forum could not be made: ${String(error)}`,
      );
      return null;
    }
  };

  const wake = (thread: string): Promise<unknown> =>
    api.patch(Routes.channel(thread), { body: { archived: false, locked: false } });
  const rest = (thread: string): Promise<unknown> =>
    api.patch(Routes.channel(thread), { body: { archived: true, locked: true } });

  const awake: Threads['awake'] = async (thread, act) => {
    const known = records.thread(thread);
    const ended = known?.state === 'ended' && known.peoples !== true;
    try {
      if (ended) await wake(thread);
      return await act();
    } catch (error) {
      if (ended || !isDiscordError(error, 50083, 160005)) throw error;
      // Archived by Discord or a person while the session lives.
      await wake(thread);
      return await act();
    } finally {
      if (ended)
        await rest(thread).catch((error: unknown) =>
          logger.warn({ thread }, `The thread could not be archived again: ${String(error)}`),
        );
    }
  };

  return {
    awake,
    async open({ channel, title, card, key, thread }) {
      if (thread !== undefined)
        return openAmongPeople({ ...parts, awake }, { channel, thread, card, key });
      const facts = await channels.facts(channel);
      if (facts.kind === 'forum') {
        const post = await makeForumPost(facts, threadName(title), card, key);
        if (card.status !== undefined) shown.set(post.message, card.status);
        return remember(channel, post.message);
      }
      mustTakeMessages(facts);
      const root = await posts.once(key, channel, renderMessage(card), title);
      return startThread(channel, root.message, title);
    },

    async find(channel, key) {
      const facts = await channels.facts(channel);
      if (facts.kind === 'forum') {
        const post = await findForumPost(key);
        return post === null ? null : remember(channel, post.message);
      }
      const root = await posts.find(key);
      if (root === null) return null;
      // A crash between the message and its thread leaves the thread to be made; digests have none.
      return root.title === undefined
        ? { platform: PLATFORM, channel, thread: root.message, root: root.message }
        : startThread(channel, root.message, root.title);
    },

    async inChannel(channel, message, key) {
      const facts = await channels.facts(mustBeId(channel, 'channel'));
      mustTakeMessages(facts);
      const sent =
        facts.kind === 'forum'
          ? await makeForumPost(facts, threadName(message.text), message, key)
          : await posts.once(key, channel, renderMessage(message));
      return { platform: PLATFORM, channel, thread: sent.message, message: sent.message };
    },

    async channelOf(ref) {
      if (ref.message !== ref.thread) return mustBeId(ref.thread, 'thread');
      const facts = await channels.facts(ref.channel);
      return facts.kind === 'forum' ? ref.thread : ref.channel;
    },

    has: (thread) => isThere(api, thread),

    async setState(thread, state) {
      records.changeThread(thread, { state });
      if (records.thread(thread)?.peoples === true) return;
      await (state === 'ended' ? rest(thread) : wake(thread));
    },

    async showStatus(ref, status) {
      const forum = await channels.facts(ref.channel);
      if (forum.kind !== 'forum' || shown.get(ref.thread) === status) return;
      const tag = await tagFor(forum, status);
      if (tag === null) return;
      await awake(ref.thread, () =>
        api.patch(Routes.channel(ref.thread), { body: { applied_tags: [tag] } }),
      );
      shown.set(ref.thread, status);
    },
  };
}

const unless =
  (code: number) =>
  (error: unknown): void => {
    if (!isDiscordError(error, code)) throw error;
  };

function mustTakeMessages(facts: ChannelFacts): void {
  if (facts.kind === 'text' || facts.kind === 'forum') return;
  throw rejected(
    'AO_DISCORD_CHANNEL_KIND',
    `Channel ${facts.id} is neither a text nor a forum channel. Name another one in chat.discord.channel or projects.<id>.channels.`,
  );
}

/** Threads that people can write in. */
export const isThreadType = (type: ChannelType | undefined): boolean =>
  type === ChannelType.PublicThread ||
  type === ChannelType.PrivateThread ||
  type === ChannelType.AnnouncementThread;
