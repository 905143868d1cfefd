import { type APIGuildMember, Routes } from 'discord.js';
import type {
  ChatEvents,
  ChatMessage,
  ChatPlugin,
  ChatReply,
  ChatUser,
  Inbound,
  MessageRef,
} from '../../../src/slots/chat.ts';
import type { ChatCatalogue, TypedCommand } from '../../../src/slots/chat-catalogue.ts';
import { notFound } from '../../../src/slots/errors.ts';
import type { DoctorFinding, PluginContext } from '../../../src/slots/plugin.ts';
import { createApi, isId, mustBeId } from './api.ts';
import { createApplication } from './application.ts';
import { createChannels } from './channels.ts';
import type { DiscordConfig } from './config.ts';
import { examine } from './doctor.ts';
import { isDiscordError } from './errors.ts';
import { createGateway } from './gateway.ts';
import { PLATFORM, type RawMember, subjectOf, userOf } from './ids.ts';
import { offerForm } from './inbound/answer.ts';
import { downloadFile } from './inbound/files.ts';
import { tellLost } from './inbound/lost.ts';
import { createReceiver, type ReceiveParts } from './inbound/receive.ts';
import type { Where } from './inbound/where.ts';
import { allFiles, createPosts, keepConfirms } from './posts.ts';
import { createReadThread } from './read-thread.ts';
import { createReceipts } from './receipts.ts';
import { createRecords } from './records.ts';
import { renderAnswer } from './render/answer.ts';
import { renderMessage } from './render/message.ts';
import { registerEverywhere } from './slash-commands.ts';
import { createThreads } from './threads.ts';

/** 20 edits of a card in a minute; edits of one message share a bucket of about five in five seconds. */
const EDIT_INTERVAL = 3_000;
const DAY = 86_400_000;
const MONTH = 30 * DAY;

/** Discord: slash commands and buttons over the gateway, one thread or forum post per session. */
export function createDiscordChat(config: DiscordConfig, context: PluginContext): ChatPlugin {
  const { clock, logger, kv } = context;
  const now = (): number => clock.now();
  const api = createApi(config.token, config.apiUrl, config.timeoutMs);
  const records = createRecords(kv, now);
  const channels = createChannels(api);
  const application = createApplication(api);
  const self = async (): Promise<string> => (await application()).user;
  const posts = createPosts({ api, records, now, self });
  const threads = createThreads({ api, channels, posts, records, logger, now, self });
  const setReceipt = createReceipts(api);
  const member = (guild: string, user: string): Promise<RawMember> =>
    api.get<RawMember>(Routes.guildMember(guild, user));
  let inbound: Inbound | null = null;
  let catalogue: ChatCatalogue | null = null;
  let registration: string | null = null;
  const whisper = async (subject: string, where: Where, message: ChatMessage): Promise<void> => {
    const person = userOf(subject);
    if (person === null) throw notFound('AO_DISCORD_NO_PERSON', `${subject} is nobody on Discord.`);
    const { id } = await api.post<{ id: string }>(Routes.userChannels(), {
      body: { recipient_id: person.user },
    });
    const rendered = renderAnswer(message);
    keepConfirms(records, rendered);
    const sent = await api.post<{ id: string }>(Routes.channelMessages(id), {
      body: rendered.body,
      files: await allFiles(rendered),
    });
    if (message.blocks.some((block) => block.type === 'buttons' || block.type === 'select'))
      records.keepPlace(sent.id, { guild: person.guild, ...where });
  };

  /** Discord has no private answer to a written message: it goes by direct message, a form waits behind a button. */
  const answer = async (user: ChatUser, where: Where, reply: ChatReply): Promise<void> => {
    const message =
      reply.whisper ?? (reply.form === undefined ? undefined : offerForm(records, reply.form));
    if (message === undefined) return;
    await whisper(user.subject, { channel: where.channel, thread: where.thread }, message).catch(
      async (error: unknown) => {
        logger.warn(
          { user: user.subject },
          `A private answer could not be given: ${String(error)}`,
        );
        await say(where.thread ?? where.channel, CLOSED, user);
      },
    );
  };

  const say = async (channel: string, text: string, to?: ChatUser): Promise<void> => {
    const { body } = renderMessage({
      kind: 'post',
      text,
      blocks: [{ type: 'text', text }],
      ...(to === undefined ? {} : { mention: [to.subject] }),
    });
    await api.post(Routes.channelMessages(channel), { body });
  };

  const receiver = createReceiver({
    api,
    clock,
    records,
    channels,
    logger,
    application,
    member,
    whisper,
    answer,
    inbox: context.inbox,
    guilds: config.guilds,
    get catalogue() {
      return catalogue;
    },
    inbound: (input) =>
      inbound === null ? Promise.reject(new Error('ao is stopping')) : inbound(input),
    async cannotRead(thread) {
      if (records.first(`blind:${thread}`)) await say(thread, BLIND);
    },
  } satisfies ReceiveParts);

  const register = async (commands: readonly TypedCommand[]): Promise<readonly DoctorFinding[]> => {
    const findings = await registerEverywhere(
      api,
      (await application()).id,
      config.guilds,
      commands,
    );
    registration = findings.find((finding) => finding.level === 'error')?.what ?? null;
    for (const { level, what } of findings)
      logger[level === 'error' ? 'warn' : 'info']({}, `Discord: ${what}`);
    return findings;
  };

  let pruning: { cancel(): void } | null = null;
  /** At start and every day: a bot that is never restarted must not grow for ever. */
  const tidy = (): void => {
    records.prune(now() - MONTH);
    pruning = clock.after(DAY, tidy);
  };

  let registered = false;
  let events: ChatEvents = { back() {}, lost() {} };
  const gateway = createGateway({
    config,
    api,
    kv,
    clock,
    logger,
    connected() {
      receiver.hurry();
      events.back();
    },
    mayReadMessages: async () => (await application()).messageContent,
    received(packet) {
      tellLost(packet, records, (where) => events.lost(where));
      if (packet.t === 'READY' && catalogue !== null && !registered) {
        registered = true;
        register(catalogue.commands).catch((error: unknown) => {
          registration = String(error);
        });
      }
      receiver.packet(packet);
    },
  });

  const edit = async (ref: MessageRef, content: ChatMessage): Promise<void> => {
    const channel = await threads.channelOf(ref);
    const rendered = renderMessage(content);
    const change = (): Promise<void> =>
      posts.edit(channel, mustBeId(ref.message, 'message'), rendered);
    await (channel === ref.thread ? threads.awake(channel, change) : change());
    if (content.status !== undefined && ref.message === ref.thread)
      await threads.showStatus(ref, content.status);
  };

  return {
    platform: PLATFORM,
    capabilities: {
      threads: true,
      forms: true,
      whisper: true,
      files: true,
      nativeStatus: config.layout === 'forum',
      editInterval: EDIT_INTERVAL,
    },

    /** Comes back at once: an outage of Discord never holds up the bot. */
    async start(host, commands, told) {
      inbound = host;
      catalogue = commands ?? null;
      events = told ?? events;
      tidy();
      receiver.resume();
      gateway.start();
    },
    async stop() {
      pruning?.cancel();
      receiver.stop();
      await gateway.stop();
      await receiver.idle();
      inbound = null;
    },

    openThread: ({ channel, ...input }) =>
      threads.open({ ...input, channel: mustBeId(channel, 'channel') }),
    async post(thread, message, key) {
      const channel = mustBeId(thread.thread, 'thread');
      const { message: id } = await threads.awake(channel, () =>
        posts.once(key, channel, renderMessage(message)),
      );
      return { platform: PLATFORM, channel: thread.channel, thread: thread.thread, message: id };
    },
    postToChannel: threads.inChannel,
    update: edit,
    async react(ref, emoji) {
      const channel = await threads.channelOf(ref);
      const set = (): Promise<void> => setReceipt(channel, mustBeId(ref.message, 'message'), emoji);
      await (channel === ref.thread ? threads.awake(channel, set) : set());
    },
    whisper: (user, where, message) => whisper(user, where, message),
    download: (file, maxBytes) => downloadFile(file, maxBytes, config.apiUrl),
    async lookup(where, key) {
      if (where.thread === null) {
        const thread = await threads.find(where.channel, key);
        return thread === null
          ? null
          : {
              platform: PLATFORM,
              channel: where.channel,
              thread: thread.thread,
              message: thread.root,
            };
      }
      const found = await posts.find(key);
      return found === null
        ? null
        : {
            platform: PLATFORM,
            channel: where.channel,
            thread: where.thread,
            message: found.message,
          };
    },
    hasThread: threads.has,
    readThread: createReadThread({ api, application }),
    setThreadState: (thread, state) => threads.setState(mustBeId(thread.thread, 'thread'), state),
    link: (thread) =>
      config.guilds.length === 1
        ? `https://discord.com/channels/${config.guilds[0]}/${thread.thread}`
        : null,
    async findPerson(id) {
      for (const guild of config.guilds) {
        const found = isId(id)
          ? await api
              .get<APIGuildMember>(Routes.guildMember(guild, id))
              .catch((error: unknown) =>
                isDiscordError(error, 10007, 10013) ? null : Promise.reject(error),
              )
          : null;
        if (found !== null && found.user.bot !== true)
          return {
            subject: subjectOf(guild, id),
            name: found.user.global_name ?? found.user.username,
          };
      }
      return null;
    },
    register,
    doctor: () => examine({ config, api, gateway, registration: () => registration }),
  };
}

const CLOSED =
  'you take no direct messages from this server, so the answer could not be given privately. Type /ao instead: its answers are seen by you only.';
const BLIND =
  'Discord does not show ao what is written here, because the message content intent is off. Begin with a mention of ao, or type /ao send; an admin can turn the intent on in the Developer Portal.';
