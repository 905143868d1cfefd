import { blockProblems, type Json, viewProblems } from './block-kit.ts';
import {
  BOT,
  BOT_USER,
  type FakeChannel,
  type FakeMessage,
  TEAM,
  type Workspace,
} from './workspace.ts';

/** Scopes Slack asks for, by its method reference; the first of several that would do. */
const SCOPES: Readonly<Record<string, string>> = {
  'chat.postMessage': 'chat:write',
  'chat.postEphemeral': 'chat:write',
  'chat.update': 'chat:write',
  'conversations.history': 'channels:history',
  'conversations.replies': 'channels:history',
  'conversations.info': 'channels:read',
  'conversations.open': 'im:write',
  'files.getUploadURLExternal': 'files:write',
  'files.completeUploadExternal': 'files:write',
  'files.info': 'files:read',
  'reactions.add': 'reactions:write',
  'reactions.remove': 'reactions:write',
  'usergroups.list': 'usergroups:read',
  'users.info': 'users:read',
  'agents.sessions.setStatus': 'chat:write',
};

export interface ApiSettings {
  readonly workspace: Workspace;
  /** What is wrong with what ao sent; a test that ends with some fails. */
  readonly problems: string[];
  readonly scopes: Set<string>;
  readonly triggers: Map<string, { readonly user: string; readonly at: number; used: boolean }>;
  nativeStatus: boolean;
  origin(): string;
}

class SlackRefusal extends Error {}
const refuse = (name: string): never => {
  throw new SlackRefusal(name);
};

type Args = Readonly<Record<string, unknown>>;

/** One call as Slack answers it, `{ok: false, error}` included. */
export function answerCall(settings: ApiSettings, method: string, args: Args): Json {
  const run = METHODS[method];
  if (run === undefined) return { ok: false, error: 'unknown_method' };
  const scope = SCOPES[method];
  if (scope !== undefined && !settings.scopes.has(scope))
    return {
      ok: false,
      error: 'missing_scope',
      needed: scope,
      provided: [...settings.scopes].join(','),
    };
  try {
    return { ok: true, ...run(settings, args) };
  } catch (error) {
    if (error instanceof SlackRefusal) return { ok: false, error: error.message };
    throw error;
  }
}

const text = (args: Args, name: string): string =>
  typeof args[name] === 'string' ? (args[name] as string) : '';
const parsed = (args: Args, name: string): Json | Json[] | null =>
  typeof args[name] === 'string' && args[name] !== ''
    ? (JSON.parse(args[name] as string) as Json)
    : ((args[name] as Json | undefined) ?? null);

function channelFor(settings: ApiSettings, id: string, writing: boolean): FakeChannel {
  const direct = id.startsWith('U') ? settings.workspace.directChannel(id) : null;
  const channel = direct ?? settings.workspace.channels.get(id);
  if (channel === undefined || (channel.private && !channel.members.has(BOT_USER)))
    return refuse('channel_not_found');
  if (writing && channel.archived) refuse('is_archived');
  if (writing && !channel.members.has(BOT_USER)) refuse('not_in_channel');
  return channel;
}

function content(settings: ApiSettings, args: Args): { text: string; blocks: Json[] } {
  const blocks = (parsed(args, 'blocks') ?? []) as Json[];
  const words = text(args, 'text');
  if (words === '' && blocks.length === 0) refuse('no_text');
  if (words.length > 4000)
    settings.problems.push(`text of ${words.length} characters is cut by Slack`);
  const found = blockProblems(blocks, 'message');
  if (found.length > 0) {
    settings.problems.push(...found);
    refuse(found.includes('msg_blocks_too_long') ? 'msg_blocks_too_long' : 'invalid_blocks');
  }
  return { text: words, blocks };
}

const METHODS: Readonly<Record<string, (settings: ApiSettings, args: Args) => Json>> = {
  'auth.test': (settings) => ({
    url: `${settings.origin()}/`,
    team: 'Acme',
    team_id: TEAM,
    user: 'ao',
    user_id: BOT_USER,
    bot_id: BOT,
  }),

  'chat.postMessage': (settings, args) => {
    const { workspace } = settings;
    const channel = channelFor(settings, text(args, 'channel'), true);
    const thread = text(args, 'thread_ts');
    if (thread !== '' && !/^\d+\.\d+$/.test(thread)) refuse('invalid_thread_ts');
    if (thread !== '' && workspace.find(channel.id, thread) === null) refuse('thread_not_found');
    const metadata = parsed(args, 'metadata') as FakeMessage['metadata'] | null;
    const message = workspace.add({
      ts: workspace.nextTs(),
      channel: channel.id,
      user: BOT_USER,
      bot_id: BOT,
      ...content(settings, args),
      ...(thread === '' ? {} : { thread_ts: thread }),
      ...(metadata === null || metadata === undefined ? {} : { metadata }),
    });
    return {
      channel: channel.id,
      ts: message.ts,
      message: { type: 'message', text: message.text, ts: message.ts, bot_id: BOT },
    };
  },

  'chat.postEphemeral': (settings, args) => {
    const { workspace } = settings;
    const channel = channelFor(settings, text(args, 'channel'), true);
    const user = text(args, 'user');
    if (!workspace.users.has(user)) refuse('user_not_found');
    if (!channel.members.has(user)) refuse('user_not_in_channel');
    const thread = text(args, 'thread_ts');
    const message = workspace.add({
      ts: workspace.nextTs(),
      channel: channel.id,
      user: BOT_USER,
      bot_id: BOT,
      ...content(settings, args),
      ephemeralFor: user,
      ...(thread === '' ? {} : { thread_ts: thread }),
    });
    return { message_ts: message.ts };
  },

  'chat.update': (settings, args) => {
    const channel = channelFor(settings, text(args, 'channel'), false);
    const message =
      settings.workspace.find(channel.id, text(args, 'ts')) ?? refuse('message_not_found');
    if (channel.archived) refuse('is_archived');
    if (message.user !== BOT_USER) refuse('cant_update_message');
    Object.assign(message, content(settings, args), { edits: message.edits + 1 });
    return { channel: channel.id, ts: message.ts, text: message.text };
  },

  'conversations.history': (settings, args) => {
    const channel = channelFor(settings, text(args, 'channel'), false);
    if (!channel.members.has(BOT_USER)) refuse('not_in_channel');
    const all = visible(settings, channel.id).filter(
      (message) =>
        (message.thread_ts === undefined || message.thread_ts === message.ts) &&
        Number(message.ts) > Number(text(args, 'oldest') || 0),
    );
    return page(all.toReversed(), args);
  },

  'conversations.replies': (settings, args) => {
    const channel = channelFor(settings, text(args, 'channel'), false);
    const root = text(args, 'ts');
    if (settings.workspace.find(channel.id, root) === null) refuse('thread_not_found');
    return page(
      visible(settings, channel.id).filter(
        (message) =>
          message.ts === root ||
          (message.thread_ts === root && Number(message.ts) > Number(text(args, 'oldest') || 0)),
      ),
      args,
    );
  },

  'conversations.info': (settings, args) => {
    const channel = channelFor(settings, text(args, 'channel'), false);
    return {
      channel: {
        id: channel.id,
        name: channel.name,
        is_member: channel.members.has(BOT_USER),
        is_archived: channel.archived,
        is_ext_shared: channel.shared,
      },
    };
  },

  'conversations.open': (settings, args) => {
    const user = text(args, 'users');
    if (!settings.workspace.users.has(user)) refuse('user_not_found');
    return { channel: { id: settings.workspace.directChannel(user).id } };
  },

  'users.info': (settings, args) => {
    const user = settings.workspace.users.get(text(args, 'user')) ?? refuse('user_not_found');
    return {
      user: {
        id: user.id,
        team_id: user.team,
        name: user.name,
        is_bot: user.bot === true,
        is_restricted: user.guest === true,
        is_ultra_restricted: false,
        deleted: false,
        profile: { display_name: user.name, real_name: user.name },
      },
    };
  },

  'usergroups.list': (settings) => ({ usergroups: [...settings.workspace.groups.values()] }),

  'reactions.add': (settings, args) => {
    const message = reacted(settings, args);
    const name = text(args, 'name');
    const reaction = message.reactions.find((one) => one.name === name);
    if (reaction?.users.includes(BOT_USER) === true) refuse('already_reacted');
    if (reaction === undefined) message.reactions.push({ name, users: [BOT_USER] });
    else reaction.users.push(BOT_USER);
    return {};
  },

  'reactions.remove': (settings, args) => {
    const message = reacted(settings, args);
    const name = text(args, 'name');
    if (!message.reactions.some((one) => one.name === name && one.users.includes(BOT_USER)))
      refuse('no_reaction');
    message.reactions = message.reactions
      .map((one) =>
        one.name === name ? { ...one, users: one.users.filter((user) => user !== BOT_USER) } : one,
      )
      .filter((one) => one.users.length > 0);
    return {};
  },

  'views.open': (settings, args) => {
    const trigger = settings.triggers.get(text(args, 'trigger_id')) ?? refuse('invalid_trigger_id');
    if (trigger.used) refuse('exchanged_trigger_id');
    if (Date.now() - trigger.at > 3_000) refuse('expired_trigger_id');
    const view = parsed(args, 'view') as Json;
    const found = viewProblems(view);
    settings.problems.push(...found);
    if (found.length > 0) refuse('invalid_arguments');
    trigger.used = true;
    const shown = { ...view, id: settings.workspace.nextId('V'), hash: 'h1' };
    settings.workspace.forms.set(trigger.user, shown);
    return { view: shown };
  },

  'views.publish': (settings, args) => {
    const view = parsed(args, 'view') as Json;
    const found = viewProblems(view);
    settings.problems.push(...found);
    if (found.length > 0) refuse('invalid_arguments');
    settings.workspace.homes.set(text(args, 'user_id'), view);
    return { view };
  },

  'files.getUploadURLExternal': (settings, args) => {
    const id = settings.workspace.nextId('F');
    const name = text(args, 'filename');
    settings.workspace.files.set(id, {
      id,
      name,
      mimetype: 'text/plain',
      content: Buffer.alloc(0),
    });
    return { upload_url: `${settings.origin()}/upload/${id}`, file_id: id };
  },

  'files.completeUploadExternal': (settings, args) => {
    const { workspace } = settings;
    const channel = channelFor(settings, text(args, 'channel_id'), true);
    const ids = (parsed(args, 'files') as Json[]).map((file) => String(file.id));
    const files = ids.map((id) => workspace.files.get(id) ?? refuse('file_not_found'));
    const thread = text(args, 'thread_ts');
    workspace.add({
      ts: workspace.nextTs(),
      channel: channel.id,
      user: BOT_USER,
      bot_id: BOT,
      text: '',
      files,
      ...(thread === '' ? {} : { thread_ts: thread }),
    });
    return { files: files.map(({ id, name }) => ({ id, title: name })) };
  },

  'files.info': (settings, args) => {
    const file = settings.workspace.files.get(text(args, 'file')) ?? refuse('file_not_found');
    return {
      file: {
        id: file.id,
        name: file.name,
        size: file.content.length,
        mimetype: file.mimetype,
        url_private_download: file.url ?? `${settings.origin()}/files/${file.id}`,
      },
    };
  },

  'agents.sessions.setStatus': (settings, args) => {
    if (!settings.nativeStatus) refuse('unknown_method');
    settings.workspace.statuses.push({
      channel: text(args, 'channel_id'),
      thread: text(args, 'thread_ts'),
      status: text(args, 'status'),
      title: text(args, 'title') || null,
    });
    return {};
  },
};

const reacted = (settings: ApiSettings, args: Args): FakeMessage =>
  settings.workspace.find(
    channelFor(settings, text(args, 'channel'), true).id,
    text(args, 'timestamp'),
  ) ?? refuse('message_not_found');

const visible = (settings: ApiSettings, channel: string): readonly FakeMessage[] =>
  settings.workspace.messages.filter(
    (message) =>
      message.channel === channel && !message.deleted && message.ephemeralFor === undefined,
  );

const wireFile = ({ id, name, mimetype, content }: FakeMessage['files'][number]): Json => ({
  id,
  name,
  mimetype,
  size: content.length,
  mode: 'hosted',
});

function page(all: readonly FakeMessage[], args: Args): Json {
  const from = Number(text(args, 'cursor') || 0);
  const size = Math.min(Number(args.limit ?? 100), 200);
  const withMetadata = String(args.include_all_metadata) === 'true';
  const messages = all
    .slice(from, from + size)
    .map(({ ts, thread_ts, user, bot_id, text: words, metadata, blocks, files }) => ({
      type: 'message',
      ts,
      user,
      text: words,
      ...(thread_ts === undefined ? {} : { thread_ts }),
      ...(bot_id === undefined ? {} : { bot_id }),
      ...(blocks.length === 0 ? {} : { blocks }),
      ...(files.length === 0 ? {} : { files: files.map(wireFile) }),
      ...(withMetadata && metadata !== undefined ? { metadata } : {}),
    }));
  const next = from + size < all.length ? String(from + size) : '';
  return { messages, has_more: next !== '', response_metadata: { next_cursor: next } };
}
