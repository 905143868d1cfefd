import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Interaction } from './fake-discord.ts';
import type { createGatewayServer } from './gateway.ts';
import { type Channel, EPHEMERAL, isoNow, LOADING, type Message, type User } from './state.ts';
import { invalidRequest, invalidResponse } from './validate.ts';

type Json = Record<string, unknown>;

export interface Fault {
  readonly method: string;
  readonly path: RegExp;
  readonly times?: number;
  /** The request is carried out; `cut`: the socket is closed without an answer, `silent`: no answer ever comes. */
  readonly answer:
    | { readonly status: number; readonly body?: object; readonly headers?: Record<string, string> }
    | 'cut'
    | 'silent';
}

export interface RestState {
  readonly newId: () => string;
  readonly guildId: string;
  readonly guild: () => object;
  readonly bot: User;
  readonly people: readonly User[];
  readonly member: (user: User) => object;
  readonly channels: Map<string, Channel>;
  readonly messages: Map<string, Message>;
  readonly interactions: Map<string, Interaction>;
  commands: Json[];
  readonly nonces: Map<string, Message>;
  readonly reactions: Map<string, Set<string>>;
  readonly settings: {
    messageContent: boolean;
    readonly ackLimit: number;
    botRole: string;
    readonly closedDirectMessages: Set<string>;
    readonly removedFrom: Set<string>;
    latency: number;
  };
  readonly problems: string[];
  readonly gateway: ReturnType<typeof createGatewayServer>;
  readonly wsUrl: () => string;
  readonly calls: { readonly method: string; readonly path: string; readonly body: unknown }[];
  readonly faults: Fault[];
  rate: { readonly limit: number; readonly windowMs: number } | null;
  readonly files: Map<string, string>;
}

/** Thrown by a route: Discord's error answer. */
class Refused extends Error {
  readonly status: number;
  readonly code: number;
  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Json;
  readonly files: readonly { readonly name: string; readonly content: string }[];
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
  /** Dispatched after the answer, as Discord mostly does. */
  readonly afterwards?: () => void;
}

const INTERACTION_LIFE = 15 * 60_000;
const NONCE_LIFE = 5 * 60_000;

export function createRest(
  state: RestState,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const buckets = new Map<string, { left: number; resetAt: number }>();

  return async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://x');
    const attachment = /^\/attachments\/(\d+)\//.exec(url.pathname);
    if (attachment !== null) {
      const file = state.files.get(attachment[1] ?? '');
      response.writeHead(file === undefined ? 404 : 200).end(file);
      return;
    }
    const call = await readCall(request, url);
    state.calls.push({ method: call.method, path: call.path, body: call.body });
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    const send = (
      status: number,
      body: unknown,
      more: Readonly<Record<string, string>> = {},
    ): void => {
      if (status === 204) delete headers['content-type'];
      response.writeHead(status, { ...headers, ...more });
      response.end(status === 204 ? undefined : JSON.stringify(body));
    };
    if (state.settings.latency > 0)
      await new Promise((resolve) => setTimeout(resolve, state.settings.latency));
    const fault = takeFault(state, call);
    if (fault !== null && typeof fault === 'object')
      return send(fault.status, fault.body ?? { message: 'injected', code: 0 }, fault.headers);
    const limited = takeToken(state, buckets, call, headers);
    if (limited !== null)
      return send(
        429,
        { message: 'You are being rate limited.', retry_after: limited, global: false },
        { 'retry-after': String(limited), 'x-ratelimit-scope': 'user' },
      );
    try {
      if (
        !/^\/(interactions|webhooks)\//.test(call.path) &&
        request.headers.authorization !== 'Bot fake.token.x'
      )
        throw new Refused(401, 0, '401: Unauthorized');
      const channel = state.channels.get(/^\/channels\/(\d+)/.exec(call.path)?.[1] ?? '');
      if (
        channel !== undefined &&
        [channel.id, channel.parent_id].some(
          (id) => typeof id === 'string' && state.settings.removedFrom.has(id),
        )
      )
        throw new Refused(403, 50001, 'Missing Access');
      const answer = route(state, call);
      if (fault === 'cut') response.destroy();
      else if (fault !== 'silent') send(answer.status, answer.body);
      answer.afterwards?.();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (error.code === 50035)
        state.problems.push(`${call.method} ${call.path}: ${error.message}`);
      send(error.status, { code: error.code, message: error.message });
    }
  };
}

async function readCall(request: IncomingMessage, url: URL): Promise<Call> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const raw = Buffer.concat(chunks);
  const type = request.headers['content-type'] ?? '';
  const path = decodeURIComponent(url.pathname).replace(/^\/api\/v10/, '');
  const base = { method: request.method ?? 'GET', path, query: url.searchParams };
  if (!type.startsWith('multipart/'))
    return {
      ...base,
      body: (raw.length === 0 ? {} : JSON.parse(raw.toString())) as Json,
      files: [],
    };
  const form = await new Response(raw, { headers: { 'content-type': type } }).formData();
  const files = await Promise.all(
    [...form].flatMap(([key, value]) =>
      key.startsWith('files[') && typeof value !== 'string'
        ? [value.text().then((content) => ({ name: value.name, content }))]
        : [],
    ),
  );
  return { ...base, body: JSON.parse(String(form.get('payload_json') ?? '{}')) as Json, files };
}

function takeFault(state: RestState, call: Call): Fault['answer'] | null {
  const index = state.faults.findIndex(
    (fault) => fault.method === call.method && fault.path.test(call.path),
  );
  const fault = state.faults[index];
  if (fault === undefined) return null;
  if ((fault.times ?? 1) <= 1) state.faults.splice(index, 1);
  else state.faults[index] = { ...fault, times: (fault.times ?? 1) - 1 };
  return fault.answer;
}

/** Seconds to wait, or null; sets the headers by which clients pace themselves. */
function takeToken(
  state: RestState,
  buckets: Map<string, { left: number; resetAt: number }>,
  call: Call,
  headers: Record<string, string>,
): number | null {
  const major = /^\/channels\/(\d+)\/messages/.exec(call.path)?.[1];
  if (state.rate === null || major === undefined) return null;
  const key = `${call.method} ${major}`;
  const now = Date.now();
  const known = buckets.get(key);
  const bucket =
    known === undefined || known.resetAt <= now
      ? { left: state.rate.limit, resetAt: now + state.rate.windowMs }
      : known;
  buckets.set(key, bucket);
  const seconds = (bucket.resetAt - now) / 1000;
  if (bucket.left === 0) return seconds;
  bucket.left -= 1;
  Object.assign(headers, {
    'x-ratelimit-bucket': Buffer.from(call.method + call.path.replace(/\d{15,}/g, ':id'))
      .toString('hex')
      .slice(-32),
    'x-ratelimit-limit': String(state.rate.limit),
    'x-ratelimit-remaining': String(bucket.left),
    'x-ratelimit-reset': String(bucket.resetAt / 1000),
    'x-ratelimit-reset-after': String(seconds),
  });
  return null;
}

function route(state: RestState, call: Call): Answer {
  const segments = call.path.split('/').slice(1);
  const [first, second = '', third] = segments;
  if (call.path === '/gateway/bot')
    return checked(state, call, invalidResponse.gateway, {
      url: state.wsUrl(),
      shards: 1,
      session_start_limit: {
        total: 1000,
        remaining: 999,
        reset_after: 14_400_000,
        max_concurrency: 1,
      },
    });
  if (call.path === '/applications/@me') return { status: 200, body: application(state) };
  if (call.path === '/users/@me/channels') return openDirect(state, call);
  if (first === 'applications' && third === 'guilds' && segments[4] === 'commands')
    return commands(state, call);
  if (first === 'interactions') return callback(state, call, second, segments[2] ?? '');
  if (first === 'webhooks') return webhook(state, call, segments[2] ?? '', segments[4]);
  if (first === 'guilds') return guild(state, call, segments);
  if (first === 'channels') return channel(state, call, segments);
  state.problems.push(`no such route: ${call.method} ${call.path}`);
  throw new Refused(404, 0, '404: Not Found');
}

function checked(
  state: RestState,
  call: Call,
  check: (body: unknown) => string | null,
  body: unknown,
  status = 200,
): Answer {
  const wrong = check(body);
  if (wrong !== null) state.problems.push(`answer to ${call.method} ${call.path}: ${wrong}`);
  return { status, body };
}

function mustBeRight(wrong: string | null): void {
  if (wrong !== null)
    throw new Refused(400, wrong.startsWith('Cannot send an empty') ? 50006 : 50035, wrong);
}

const application = (state: RestState): object => ({
  id: state.bot.id,
  name: 'ao',
  icon: null,
  description: '',
  bot_public: false,
  bot_require_code_grant: false,
  verify_key: 'x',
  bot: state.bot,
  flags: state.settings.messageContent ? 1 << 19 : 0,
});

function openDirect(state: RestState, call: Call): Answer {
  mustBeRight(invalidRequest.direct(call.body));
  const person = state.people.find((user) => user.id === call.body.recipient_id);
  if (person === undefined) throw new Refused(400, 10013, 'Unknown User');
  const there = [...state.channels.values()].find((each) => each.recipients?.[0]?.id === person.id);
  const made: Channel = there ?? {
    id: state.newId(),
    type: 1,
    name: '',
    parent_id: null,
    last_message_id: null,
    flags: 0,
    recipients: [person],
  };
  state.channels.set(made.id, made);
  return { status: 200, body: made };
}

function commands(state: RestState, call: Call): Answer {
  if (call.path.split('/')[4] !== state.guildId) throw new Refused(403, 50001, 'Missing Access');
  if (call.method === 'GET') return { status: 200, body: state.commands };
  mustBeRight(invalidRequest.commands(call.body));
  const made = (call.body as unknown as Json[]).map((command) => ({
    id: state.newId(),
    application_id: state.bot.id,
    version: state.newId(),
    default_member_permissions: null,
    type: 1,
    description: '',
    nsfw: false,
    dm_permission: true,
    guild_id: state.guildId,
    ...command,
    options: withoutDefaults(command.options),
  }));
  state.commands = made;
  return { status: 200, body: made };
}

/** Discord leaves out what is false or empty. */
const withoutDefaults = (options: unknown): Json[] | undefined =>
  Array.isArray(options)
    ? (options as Json[]).map(({ required, options: inner, ...rest }) => ({
        ...rest,
        ...(required === true ? { required } : {}),
        ...(Array.isArray(inner) && inner.length > 0 ? { options: withoutDefaults(inner) } : {}),
      }))
    : undefined;

function callback(state: RestState, call: Call, id: string, token: string): Answer {
  const interaction = state.interactions.get(id);
  if (
    interaction === undefined ||
    interaction.token !== token ||
    Date.now() - interaction.at > state.settings.ackLimit
  )
    throw new Refused(404, 10062, 'Unknown interaction');
  if (interaction.acked !== null)
    throw new Refused(400, 40060, 'Interaction has already been acknowledged.');
  mustBeRight(invalidRequest.callback(call.body, call.files.length));
  const type = Number(call.body.type);
  const data = (call.body.data ?? {}) as Json;
  interaction.acked = type;
  let then: (() => void) | undefined;
  if (type === 4 || type === 5) {
    const made = makeMessage(
      state,
      interaction.channel,
      type === 5 ? { flags: Number(data.flags ?? 0) | LOADING } : data,
      call.files,
    );
    interaction.original = made;
    if ((made.flags & EPHEMERAL) !== 0) {
      if (type === 4) interaction.shown.push(made);
    } else then = () => announce(state, 'MESSAGE_CREATE', made);
  }
  if (type === 7 && interaction.message !== null) {
    const changed = interaction.message;
    change(changed, data);
    then = () => announce(state, 'MESSAGE_UPDATE', changed);
  }
  interaction.resolve({ type, data, ackMs: Date.now() - interaction.at, interaction: id });
  const after = then === undefined ? {} : { afterwards: then };
  if (call.query.get('with_response') !== 'true') return { status: 204, ...after };
  const message = type === 7 ? interaction.message : interaction.original;
  const body = {
    interaction: {
      id,
      type: interaction.type,
      response_message_id: message?.id,
      response_message_loading: type === 5,
      response_message_ephemeral: ((message?.flags ?? 0) & EPHEMERAL) !== 0,
    },
    ...(message === null ? {} : { resource: { type, message } }),
  };
  return { status: 200, body, ...after };
}

function webhook(state: RestState, call: Call, token: string, which: string | undefined): Answer {
  const interaction = [...state.interactions.values()].find((each) => each.token === token);
  if (interaction === undefined) throw new Refused(404, 10015, 'Unknown Webhook');
  if (Date.now() - interaction.at > INTERACTION_LIFE)
    throw new Refused(401, 50027, 'Invalid Webhook Token');
  if (call.method === 'POST') {
    mustBeRight(invalidRequest.webhook(call.body, call.files.length));
    const made = makeMessage(state, interaction.channel, call.body, call.files);
    if ((made.flags & EPHEMERAL) !== 0) interaction.shown.push(made);
    return { status: 200, body: made };
  }
  const original = which === '@original' ? interaction.original : undefined;
  if (original == null) throw new Refused(404, 10008, 'Unknown Message');
  if (call.method === 'DELETE') {
    state.messages.delete(original.id);
    return { status: 204 };
  }
  mustBeRight(invalidRequest.edit(call.body, call.files.length));
  change(original, { ...call.body, flags: original.flags & ~LOADING });
  attach(state, original, call.files);
  if ((original.flags & EPHEMERAL) !== 0) interaction.shown.push(original);
  return { status: 200, body: original };
}

function guild(state: RestState, call: Call, [, id, what, which]: readonly string[]): Answer {
  if (id !== state.guildId) throw new Refused(404, 10004, 'Unknown Guild');
  if (what === undefined) return { status: 200, body: state.guild() };
  if (what === 'threads') {
    const threads = [...state.channels.values()].filter(
      (each) => each.thread_metadata?.archived === false,
    );
    return { status: 200, body: { threads, members: [], has_more: false } };
  }
  const user = [...state.people, state.bot].find((person) => person.id === which);
  if (user === undefined) throw new Refused(404, 10007, 'Unknown Member');
  return checked(state, call, invalidResponse.member, state.member(user));
}

function channel(state: RestState, call: Call, segments: readonly string[]): Answer {
  const [, id = '', what, message, part, emoji] = segments;
  const found = state.channels.get(id);
  if (found === undefined) throw new Refused(404, 10003, 'Unknown Channel');
  if (what === undefined)
    return call.method === 'PATCH'
      ? changeChannel(state, call, found)
      : { status: 200, body: found };
  if (what === 'threads') return forumPost(state, call, found);
  if (what !== 'messages') throw new Refused(404, 0, '404: Not Found');
  if (message === undefined)
    return call.method === 'GET'
      ? { status: 200, body: history(state, call, id) }
      : postMessage(state, call, found);
  const target = state.messages.get(message);
  if (target === undefined || target.channel_id !== id)
    throw new Refused(404, 10008, 'Unknown Message');
  if (part === 'threads') return startThread(state, call, found, target);
  if (part === 'reactions') return react(state, call, found, target, emoji ?? '');
  if (call.method === 'PATCH') return editMessage(state, call, found, target);
  return { status: 200, body: withoutNonce(target) };
}

/** Nonces are given with the answer to a post and with its event, never with messages that are fetched. */
const withoutNonce = ({ nonce: _nonce, ...message }: Message): object => message;

/** Without the intent a bot is shown only what it wrote and what mentions it. */
const shown = (state: RestState, message: Message): Message =>
  state.settings.messageContent ||
  message.author.bot === true ||
  message.mentions.some((user) => user.bot === true)
    ? message
    : { ...message, content: '', embeds: [], attachments: [], components: [] };

function history(state: RestState, call: Call, id: string): object[] {
  const after = BigInt(call.query.get('after') ?? '0');
  const before = call.query.get('before');
  const limit = Number(call.query.get('limit') ?? '50');
  const all = [...state.messages.values()]
    .filter((message) => message.channel_id === id && (message.flags & EPHEMERAL) === 0)
    .toSorted((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
  const page = call.query.has('after')
    ? all.filter((message) => BigInt(message.id) > after).slice(0, limit)
    : all.filter((message) => before === null || BigInt(message.id) < BigInt(before)).slice(-limit);
  return page.toReversed().map((message) => withoutNonce(shown(state, message)));
}

function postMessage(state: RestState, call: Call, found: Channel): Answer {
  mustBeRight(invalidRequest.message(call.body, call.files.length));
  if (found.type === 15)
    throw new Refused(400, 50008, 'Cannot send messages in a non-text channel');
  if (
    found.recipients?.some((person) => state.settings.closedDirectMessages.has(person.id)) === true
  )
    throw new Refused(403, 50007, 'Cannot send messages to this user');
  if (found.thread_metadata?.locked === true && found.thread_metadata.archived)
    throw new Refused(400, 160005, 'Thread is locked');
  const nonce = call.body.nonce === undefined ? null : String(call.body.nonce);
  if (nonce !== null && nonce.length > 25)
    throw new Refused(400, 50035, 'nonce: Must be 25 or fewer in length.');
  const before =
    nonce !== null && call.body.enforce_nonce === true ? state.nonces.get(nonce) : undefined;
  if (before !== undefined && Date.now() - Date.parse(before.timestamp) < NONCE_LIFE)
    return { status: 200, body: before };
  const made = makeMessage(state, found, call.body, call.files);
  if (nonce !== null) {
    made.nonce = nonce;
    state.nonces.set(nonce, made);
  }
  // A message wakes an archived thread.
  if (found.thread_metadata !== undefined) found.thread_metadata.archived = false;
  return {
    ...checked(state, call, invalidResponse.message, made),
    afterwards: () => announce(state, 'MESSAGE_CREATE', made),
  };
}

function editMessage(state: RestState, call: Call, found: Channel, target: Message): Answer {
  mustBeRight(invalidRequest.edit(call.body, call.files.length));
  if (target.author.id !== state.bot.id)
    throw new Refused(403, 50005, 'Cannot edit a message authored by another user');
  mustBeAwake(found);
  change(target, { ...call.body, edited_timestamp: isoNow() });
  attach(state, target, call.files);
  return {
    ...checked(state, call, invalidResponse.message, target),
    afterwards: () => announce(state, 'MESSAGE_UPDATE', target),
  };
}

function mustBeAwake(found: Channel): void {
  if (found.thread_metadata?.archived === true) throw new Refused(400, 50083, 'Thread is archived');
}

function react(
  state: RestState,
  call: Call,
  found: Channel,
  target: Message,
  emoji: string,
): Answer {
  mustBeAwake(found);
  const there = state.reactions.get(target.id) ?? new Set<string>();
  state.reactions.set(target.id, there);
  if (call.method === 'DELETE' && !there.delete(emoji))
    throw new Refused(404, 10014, 'Unknown Emoji');
  if (call.method === 'PUT') there.add(emoji);
  return { status: 204 };
}

function startThread(state: RestState, call: Call, parent: Channel, target: Message): Answer {
  mustBeRight(invalidRequest.thread(call.body));
  if (target.thread !== undefined)
    throw new Refused(400, 160004, 'A thread has already been created for this message');
  const thread = makeThread(state, target.id, parent, call.body);
  target.thread = thread;
  return {
    ...checked(state, call, invalidResponse.thread, thread, 201),
    afterwards: () => state.gateway.dispatch('THREAD_CREATE', { ...thread, newly_created: true }),
  };
}

function forumPost(state: RestState, call: Call, forum: Channel): Answer {
  mustBeRight(invalidRequest.forumPost(call.body, call.files.length));
  const known = new Set(forum.available_tags?.map((tag) => tag.id));
  const tags = (call.body.applied_tags ?? []) as string[];
  if (tags.some((tag) => !known.has(tag)))
    throw new Refused(400, 50035, 'applied_tags: unknown tag');
  const thread = makeThread(state, state.newId(), forum, call.body);
  thread.applied_tags = tags;
  const message = makeMessage(state, thread, call.body.message as Json, call.files, thread.id);
  return {
    status: 201,
    body: { ...thread, message },
    afterwards: () => {
      state.gateway.dispatch('THREAD_CREATE', { ...thread, newly_created: true });
      announce(state, 'MESSAGE_CREATE', message);
    },
  };
}

function changeChannel(state: RestState, call: Call, found: Channel): Answer {
  const { body } = call;
  if (found.thread_metadata !== undefined) {
    mustBeRight(invalidRequest.changeThread(body));
    const { thread_metadata: meta } = found;
    if (
      meta.archived &&
      body.archived !== false &&
      Object.keys(body).some((key) => key !== 'archived' && key !== 'locked')
    )
      throw new Refused(400, 50083, 'Thread is archived');
    if (typeof body.archived === 'boolean') meta.archived = body.archived;
    if (typeof body.locked === 'boolean') meta.locked = body.locked;
    if (Array.isArray(body.applied_tags)) found.applied_tags = body.applied_tags as string[];
  } else {
    mustBeRight(invalidRequest.changeChannel(body));
    if (Array.isArray(body.available_tags)) {
      if (body.available_tags.length > 20)
        throw new Refused(400, 50035, 'available_tags: Must be 20 or fewer in length.');
      found.available_tags = (body.available_tags as { id?: string; name: string }[]).map(
        (tag) => ({
          id: tag.id ?? state.newId(),
          name: tag.name,
          moderated: false,
          emoji_id: null,
          emoji_name: null,
        }),
      );
    }
  }
  return {
    status: 200,
    body: found,
    afterwards: () =>
      state.gateway.dispatch(
        found.thread_metadata === undefined ? 'CHANNEL_UPDATE' : 'THREAD_UPDATE',
        found,
      ),
  };
}

function makeThread(state: RestState, id: string, parent: Channel, body: Json): Channel {
  const thread: Channel = {
    id,
    guild_id: state.guildId,
    parent_id: parent.id,
    owner_id: state.bot.id,
    type: 11,
    name: String(body.name),
    last_message_id: null,
    message_count: 0,
    member_count: 1,
    total_message_sent: 0,
    rate_limit_per_user: 0,
    flags: 0,
    thread_metadata: {
      archived: false,
      locked: false,
      auto_archive_duration: Number(body.auto_archive_duration ?? 4320),
      archive_timestamp: isoNow(),
      create_timestamp: isoNow(),
    },
    member: { id, user_id: state.bot.id, join_timestamp: isoNow(), flags: 0 },
  };
  state.channels.set(id, thread);
  return thread;
}

function makeMessage(
  state: RestState,
  found: Channel,
  body: Json,
  files: Call['files'],
  id = state.newId(),
): Message {
  const content = String(body.content ?? '');
  const pinged = (body.allowed_mentions as { users?: string[] } | undefined)?.users ?? [];
  const message: Message = {
    id,
    channel_id: found.id,
    type: 0,
    content,
    author: state.bot,
    timestamp: isoNow(),
    edited_timestamp: null,
    tts: false,
    mention_everyone: false,
    mentions: state.people.filter((person) => pinged.includes(person.id)),
    mention_roles: [],
    attachments: [],
    embeds: embedsOf(body.embeds),
    components: componentsOf(body.components),
    flags: Number(body.flags ?? 0),
    pinned: false,
  };
  attach(state, message, files);
  state.messages.set(id, message);
  found.last_message_id = id;
  return message;
}

function attach(state: RestState, message: Message, files: Call['files']): void {
  if (files.length === 0) return;
  message.attachments = files.map(({ name, content }) => {
    const id = state.newId();
    state.files.set(id, content);
    const url = `${state.wsUrl().replace('ws', 'http')}/attachments/${id}/${name}`;
    return {
      id,
      filename: name,
      size: Buffer.byteLength(content),
      url,
      proxy_url: url,
      content_type: 'text/plain',
    };
  });
}

const embedsOf = (value: unknown): Json[] =>
  ((value ?? []) as Json[]).map((embed) => ({ type: 'rich', ...embed }));

function componentsOf(value: unknown): Json[] {
  let next = 0;
  const numbered = (component: Json): Json => ({
    id: ++next,
    ...component,
    ...(Array.isArray(component.components)
      ? { components: (component.components as Json[]).map(numbered) }
      : {}),
  });
  return ((value ?? []) as Json[]).map(numbered);
}

function change(message: Message, body: Json): void {
  if (body.content !== undefined) message.content = String(body.content ?? '');
  if (body.embeds !== undefined) message.embeds = embedsOf(body.embeds);
  if (body.components !== undefined) message.components = componentsOf(body.components);
  if (typeof body.flags === 'number')
    message.flags = (message.flags & EPHEMERAL) | (body.flags & ~LOADING);
  if (typeof body.edited_timestamp === 'string') message.edited_timestamp = body.edited_timestamp;
}

function announce(
  state: RestState,
  event: 'MESSAGE_CREATE' | 'MESSAGE_UPDATE',
  message: Message,
): void {
  const found = state.channels.get(message.channel_id);
  const { user: _user, ...member } = state.member(message.author) as { user: User };
  const place = found?.guild_id === undefined ? {} : { guild_id: state.guildId, member };
  state.gateway.dispatch(event, { ...message, ...place, channel_type: found?.type });
}
