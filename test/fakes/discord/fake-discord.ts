/**
 * Discord on loopback: HTTP API v10 and gateway, strict where Discord is. Every request is checked; what was wrong is in
 * `problems`, which tests expect to be empty.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGatewayServer } from './gateway.ts';
import { createRest, type Fault, type RestState } from './rest.ts';
import {
  type Channel,
  createIds,
  EPHEMERAL,
  isoNow,
  type Message,
  makeUser,
  type User,
} from './state.ts';

const ALL_PERMISSIONS = '2248473465835073';
/** Everything but Administrator, which would hide what is missing. */
const BOT_PERMISSIONS = String(((1n << 50n) - 1n) & ~(1n << 3n));
/** What a person waits for at most before Discord says "did not respond", ms. */
const ACK_LIMIT = 3_000;

export interface FakeDiscordOptions {
  /** The application was granted the message content intent; true by default. */
  readonly messageContent?: boolean;
  /** How long an interaction may stay unanswered, ms; 3 s as at Discord by default. More where a test is not about the time. */
  readonly ackLimit?: number;
}

/** What came back for one thing a person did. */
export interface Acknowledged {
  /** Null: nothing within 3 s. */
  readonly type: number | null;
  readonly data: Record<string, unknown>;
  readonly ackMs: number;
  readonly interaction: string;
}

export interface Interaction {
  readonly id: string;
  readonly type: number;
  readonly token: string;
  readonly at: number;
  readonly channel: Channel;
  readonly user: User;
  readonly message: Message | null;
  acked: number | null;
  original: Message | null;
  /** Ephemeral messages, in order. */
  readonly shown: Message[];
  resolve(ack: Acknowledged): void;
}

export type FakeDiscord = Awaited<ReturnType<typeof startFakeDiscord>>;

export async function startFakeDiscord(options: FakeDiscordOptions = {}) {
  const newId = createIds();
  const guildId = newId();
  const bot = makeUser(newId(), 'ao', true);
  const people = {
    dana: makeUser(newId(), 'dana'),
    lee: makeUser(newId(), 'lee'),
    mallory: makeUser(newId(), 'mallory'),
  };
  const roles = { team: newId() };
  const problems: string[] = [];
  const settings = {
    messageContent: options.messageContent ?? true,
    ackLimit: options.ackLimit ?? ACK_LIMIT,
    botRole: BOT_PERMISSIONS,
    closedDirectMessages: new Set<string>(),
    /** Channels that the bot was taken out of. */
    removedFrom: new Set<string>(),
    /** How long each call takes, ms. */
    latency: 0,
  };

  const channels = new Map<string, Channel>();
  const addChannel = (name: string, type: number): Channel => {
    const channel: Channel = {
      id: newId(),
      guild_id: guildId,
      name,
      type,
      position: 0,
      permission_overwrites: [],
      parent_id: null,
      topic: null,
      nsfw: false,
      rate_limit_per_user: 0,
      last_message_id: null,
      flags: 0,
      ...(type === 15 ? { available_tags: [] } : {}),
    };
    channels.set(channel.id, channel);
    return channel;
  };
  const text = addChannel('agents', 0);
  const forum = addChannel('sessions', 15);

  const membersOf = (user: User) => ({
    user,
    roles: user.id === people.dana.id ? [roles.team] : [],
    nick: null,
    avatar: null,
    banner: null,
    joined_at: isoNow(),
    premium_since: null,
    deaf: false,
    mute: false,
    pending: false,
    flags: 0,
    communication_disabled_until: null,
  });
  const role = (id: string, name: string, permissions: string) => ({
    id,
    name,
    color: 0,
    colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
    hoist: false,
    position: 0,
    permissions,
    managed: false,
    mentionable: false,
    flags: 0,
    icon: null,
    unicode_emoji: null,
  });
  const guild = () => ({
    id: guildId,
    name: 'Test server',
    icon: null,
    splash: null,
    discovery_splash: null,
    owner_id: people.lee.id,
    region: 'us',
    afk_channel_id: null,
    afk_timeout: 300,
    verification_level: 0,
    default_message_notifications: 0,
    explicit_content_filter: 0,
    roles: [role(guildId, '@everyone', settings.botRole), role(roles.team, 'team', '0')],
    emojis: [],
    features: [],
    mfa_level: 0,
    application_id: null,
    system_channel_id: null,
    system_channel_flags: 0,
    rules_channel_id: null,
    max_members: 500_000,
    vanity_url_code: null,
    description: null,
    banner: null,
    premium_tier: 0,
    preferred_locale: 'en-US',
    public_updates_channel_id: null,
    nsfw_level: 0,
    stickers: [],
    premium_progress_bar_enabled: false,
    safety_alerts_channel_id: null,
  });

  const messages = new Map<string, Message>();
  const interactions = new Map<string, Interaction>();
  let address = '';
  const isThread = (channel: Channel): boolean => channel.thread_metadata !== undefined;
  const ofKind = (thread: boolean): Channel[] =>
    [...channels.values()].filter(
      (channel) => channel.guild_id !== undefined && isThread(channel) === thread,
    );
  const gateway = createGatewayServer({
    token: 'fake.token.x',
    newId,
    ownUser: bot.id,
    disallowed: () => (settings.messageContent ? 0 : 1 << 15),
    ready: (session, shard) => ({
      ready: {
        v: 10,
        user: { ...bot, verified: true, mfa_enabled: false },
        guilds: [{ id: guildId, unavailable: true }],
        session_id: session,
        resume_gateway_url: address.replace('http', 'ws'),
        shard,
        application: { id: bot.id, flags: 0 },
      },
      guild: {
        ...guild(),
        joined_at: isoNow(),
        large: false,
        unavailable: false,
        member_count: 4,
        members: [membersOf(bot)],
        channels: ofKind(false),
        threads: ofKind(true).filter((thread) => thread.thread_metadata?.archived === false),
        presences: [],
        voice_states: [],
        stage_instances: [],
        guild_scheduled_events: [],
        soundboard_sounds: [],
      },
    }),
  });

  const state: RestState = {
    newId,
    guildId,
    guild,
    bot,
    people: Object.values(people),
    member: membersOf,
    channels,
    messages,
    interactions,
    commands: [],
    nonces: new Map(),
    reactions: new Map(),
    settings,
    problems,
    gateway,
    wsUrl: () => address.replace('http', 'ws'),
    calls: [],
    faults: [],
    rate: null,
    files: new Map(),
  };
  const handle = createRest(state);
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    handle(request, response).catch((error: unknown) => {
      problems.push(`the fake failed: ${String(error)}`);
      response.writeHead(500).end('{}');
    });
  });
  server.on('upgrade', gateway.upgrade);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = (server.address() as AddressInfo).port;
  address = `http://127.0.0.1:${port}`;

  const interact = async (
    type: number,
    data: object,
    where: { user: User; channel: Channel; message?: Message | null; id?: string },
  ): Promise<Acknowledged> => {
    const [id, channel] = [where.id ?? newId(), where.channel];
    const direct = channel.guild_id === undefined;
    const who = direct
      ? { user: where.user }
      : {
          member: { ...membersOf(where.user), permissions: ALL_PERMISSIONS },
          guild_id: guildId,
          guild: { id: guildId, locale: 'en-US', features: [] },
        };
    const token = `itok${id}`;
    const at = Date.now();
    const answer = new Promise<Acknowledged>((resolve) => {
      interactions.set(id, {
        id,
        type,
        token,
        at,
        channel,
        user: where.user,
        message: where.message ?? null,
        acked: null,
        original: null,
        shown: [],
        resolve,
      });
    });
    gateway.dispatch('INTERACTION_CREATE', {
      id,
      application_id: bot.id,
      type,
      token,
      version: 1,
      data,
      channel_id: channel.id,
      channel: { ...channel, permissions: ALL_PERMISSIONS },
      ...who,
      locale: 'en-US',
      guild_locale: 'en-US',
      app_permissions: ALL_PERMISSIONS,
      entitlements: [],
      authorizing_integration_owners: { 0: guildId },
      context: direct ? 1 : 0,
      attachment_size_limit: 10_485_760,
      ...(where.message == null ? {} : { message: where.message }),
    });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Acknowledged>((resolve) => {
      timer = setTimeout(
        () => resolve({ type: null, data: {}, ackMs: Date.now() - at, interaction: id }),
        settings.ackLimit,
      );
    });
    return Promise.race([answer, late]).finally(() => clearTimeout(timer));
  };

  const write = (
    user: User,
    channel: Channel,
    content: string,
    more: {
      id?: string;
      files?: ReadonlyArray<{ name: string; content: string }>;
      quiet?: boolean;
      /** Whatever else Discord tells of it. */
      extra?: object;
    } = {},
  ): Message => {
    const attachments = (more.files ?? []).map(({ name, content: body }) => {
      const id = newId();
      state.files.set(id, body);
      return {
        id,
        filename: name,
        size: Buffer.byteLength(body),
        url: `${address}/attachments/${id}/${name}`,
        proxy_url: `${address}/attachments/${id}/${name}`,
        content_type: 'text/plain',
      };
    });
    const mentions = [...Object.values(people), bot].filter((person) =>
      content.includes(`<@${person.id}>`),
    );
    const message: Message = {
      id: more.id ?? newId(),
      channel_id: channel.id,
      type: 0,
      content,
      author: user,
      timestamp: isoNow(),
      edited_timestamp: null,
      tts: false,
      mention_everyone: false,
      mentions,
      mention_roles: [],
      attachments,
      embeds: [],
      components: [],
      flags: 0,
      pinned: false,
      ...more.extra,
    };
    messages.set(message.id, message);
    channel.last_message_id = message.id;
    announce(message);
    return message;
  };
  const announce = (message: Message): void => {
    const { user: _user, ...member } = membersOf(message.author);
    gateway.dispatch('MESSAGE_CREATE', {
      ...message,
      guild_id: guildId,
      member,
      channel_type: channels.get(message.channel_id)?.type,
    });
  };

  const find = (id: string): Channel => {
    const channel = channels.get(id);
    if (channel === undefined) throw new Error(`no channel ${id}`);
    return channel;
  };

  return {
    api: `${address}/api`,
    token: 'fake.token.x',
    guildId,
    bot,
    people,
    roles,
    text,
    forum,
    gateway,
    problems,
    settings,
    messages,
    interactions,
    channels,
    calls: state.calls,
    commands: () => state.commands,
    reactions: (message: string): readonly string[] => [...(state.reactions.get(message) ?? [])],
    channel: find,
    newId,
    /** What Discord does after some minutes. */
    forgetNonces: (): void => state.nonces.clear(),
    /** One fault for the next calls that fit. */
    inject: (fault: Fault): void => void state.faults.push(fault),
    /** Buckets of `limit` messages a channel per window; null: none. */
    limitRate: (rate: { limit: number; windowMs: number } | null): void => {
      state.rate = rate;
    },
    slash: (
      user: User,
      channel: Channel,
      verb: string,
      values: Readonly<Record<string, string | boolean>>,
      id?: string,
    ) =>
      interact(2, commandData(state, verb, values), {
        user,
        channel,
        ...(id === undefined ? {} : { id }),
      }),
    complete: (
      user: User,
      channel: Channel,
      verb: string,
      option: string,
      typed: string,
      values: Readonly<Record<string, string>> = {},
    ) =>
      interact(4, commandData(state, verb, { ...values, [option]: typed }, option), {
        user,
        channel,
      }),
    onMessage: (user: User, channel: Channel, message: Message) => {
      const command = state.commands.find((each) => each.type === 3);
      if (command === undefined) throw new Error('no message command is registered');
      return interact(
        2,
        {
          id: command.id,
          name: command.name,
          type: 3,
          guild_id: guildId,
          target_id: message.id,
          resolved: { messages: { [message.id]: message } },
        },
        { user, channel },
      );
    },
    press: (user: User, message: Message, customId: string, id?: string) =>
      interact(
        3,
        { custom_id: customId, component_type: 2 },
        { user, channel: find(message.channel_id), message, ...(id === undefined ? {} : { id }) },
      ),
    choose: (user: User, message: Message, customId: string, value: string) =>
      interact(
        3,
        { custom_id: customId, component_type: 3, values: [value] },
        { user, channel: find(message.channel_id), message },
      ),
    submit: (
      user: User,
      channel: Channel,
      form: string,
      values: Readonly<Record<string, string>>,
      id?: string,
    ) =>
      interact(
        5,
        {
          custom_id: form,
          components: Object.entries(values).map(([field, value], at) => ({
            type: 18,
            id: at * 2 + 1,
            component: { type: 4, id: at * 2 + 2, custom_id: field, value },
          })),
        },
        { user, channel, ...(id === undefined ? {} : { id }) },
      ),
    write,
    /** The gateway delivers the same message once more. */
    again: announce,
    edit(message: Message, content: string): void {
      Object.assign(message, { content, edited_timestamp: isoNow() });
      const { user: _user, ...member } = membersOf(message.author);
      gateway.dispatch('MESSAGE_UPDATE', { ...message, guild_id: guildId, member });
    },
    remove(message: Message): void {
      messages.delete(message.id);
      gateway.dispatch('MESSAGE_DELETE', {
        id: message.id,
        channel_id: message.channel_id,
        guild_id: guildId,
      });
    },
    deleteThread(thread: Channel): void {
      channels.delete(thread.id);
      for (const message of [...messages.values()])
        if (message.channel_id === thread.id) messages.delete(message.id);
      gateway.dispatch('THREAD_DELETE', {
        id: thread.id,
        guild_id: guildId,
        parent_id: thread.parent_id,
        type: thread.type,
      });
    },
    /** What everybody sees in a channel or thread, oldest first. */
    seenIn: (channel: string): readonly Message[] =>
      [...messages.values()]
        .filter((message) => message.channel_id === channel && (message.flags & EPHEMERAL) === 0)
        .toSorted((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1)),
    /** What only this person saw after something they did. */
    privately: (interaction: string): readonly Message[] =>
      interactions.get(interaction)?.shown ?? [],
    directMessages: (user: User): readonly Message[] =>
      [...messages.values()].filter(
        (message) =>
          channels.get(message.channel_id)?.recipients?.some((person) => person.id === user.id) ===
          true,
      ),
    async close(): Promise<void> {
      gateway.cut();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Discord's own shape of `/ao verb option:value`, group included. */
function commandData(
  state: RestState,
  verb: string,
  values: Readonly<Record<string, string | boolean>>,
  focused?: string,
): object {
  const command = state.commands.find((each) => (each.type ?? 1) === 1);
  if (command === undefined) throw new Error('no slash command is registered');
  const groups = command.options as readonly {
    type: number;
    name: string;
    options?: readonly {
      type: number;
      name: string;
      options?: readonly { name: string; type: number }[];
    }[];
  }[];
  const direct = groups.find((each) => each.type === 1 && each.name === verb);
  const group = groups.find(
    (each) => each.type === 2 && each.options?.some((option) => option.name === verb),
  );
  const spec = direct ?? group?.options?.find((option) => option.name === verb);
  if (spec === undefined) throw new Error(`no subcommand ${verb} is registered`);
  const options = Object.entries(values).map(([name, value]) => {
    const type = (spec.options as readonly { name: string; type: number }[] | undefined)?.find(
      (option) => option.name === name,
    )?.type;
    if (type === undefined) throw new Error(`/ao ${verb} has no option ${name}`);
    return { type, name, value, ...(name === focused ? { focused: true } : {}) };
  });
  const sub = { type: 1, name: verb, options };
  return {
    id: command.id,
    name: command.name,
    type: 1,
    guild_id: state.guildId,
    options: [
      group === undefined || direct !== undefined
        ? sub
        : { type: 2, name: group.name, options: [sub] },
    ],
  };
}
