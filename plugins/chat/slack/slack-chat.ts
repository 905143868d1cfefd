import type { ChatEvents, ChatMessage, ChatPlugin, Inbound } from '../../../src/slots/chat.ts';
import type { PluginContext } from '../../../src/slots/context.ts';
import { PluginError } from '../../../src/slots/errors.ts';
import { createAgentStatus } from './agent-status.ts';
import { createAnswers } from './answers.ts';
import { clientOptions, createApi } from './api.ts';
import type { SlackConfig } from './config.ts';
import { type Connection, createConnection } from './connection.ts';
import { examineSlack, type Problem } from './doctor.ts';
import { isSlackError, toPluginError } from './errors.ts';
import { downloadFile } from './files.ts';
import { type Identity, identify } from './identity.ts';
import { tellingLost } from './inbound/lost.ts';
import { createPeople } from './people.ts';
import { permalink, userOf } from './places.ts';
import { createPosts } from './posts.ts';
import { createReadThread } from './read-thread.ts';
import { createReceipts } from './receipts.ts';
import { createReceiving } from './receive.ts';
import { createThreads } from './threads.ts';

const PLATFORM = 'slack';
/** 20 edits of a card in a minute; Slack bears about 50 of all cards together. */
const EDIT_INTERVAL = 3_000;

export interface SlackChat extends ChatPlugin {
  readonly connection: Pick<Connection, 'state' | 'port'>;
  /** Resolves when nothing that came in is still being answered. */
  idle(): Promise<void>;
}

/** What people deleted is theirs; it is no fault of the set-up. */
const ORDINARY: ReadonlySet<string> = new Set([
  'AO_SLACK_MESSAGE_NOT_FOUND',
  'AO_SLACK_THREAD_NOT_FOUND',
  'AO_SLACK_INVALID_THREAD_TS',
  'AO_SLACK_NO_ITEM_SPECIFIED',
]);

export function createSlackChat(config: SlackConfig, context: PluginContext): SlackChat {
  const { clock, logger, kv } = context;
  const api = createApi({
    token: config.botToken,
    apiUrl: config.apiUrl,
    timeoutMs: config.timeoutMs,
    clock,
    logger,
  });
  let inbound: Inbound | null = null;
  let known: Identity | null = null;
  const problems = new Map<string, Problem>();

  const whoAmI = async (): Promise<Identity> => {
    known ??= await identify(api);
    return known;
  };

  const people = createPeople({ api, clock, logger, kv, identity: whoAmI });
  const answers = createAnswers({ api, clock, logger });
  const posts = createPosts({
    api,
    clock,
    platform: PLATFORM,
    mentions: (subjects) =>
      subjects.flatMap((subject) => (known === null ? [] : (userOf(subject, known.teamId) ?? []))),
  });
  /** Whom a message calls is known only when it is known which workspace this is. */
  const ready = async ({ mention = [] }: ChatMessage): Promise<void> => {
    if (mention.length > 0) await whoAmI();
  };
  const receipts = createReceipts(api, clock.now());
  const status = createAgentStatus(api, logger);
  const receiving = createReceiving({
    platform: PLATFORM,
    command: config.command,
    clock,
    logger,
    inbox: context.inbox,
    api,
    people,
    answers,
    identity: whoAmI,
    inbound: () => inbound,
    kept: (channel, thread, message) => threads.kept(channel, thread, message),
    isThread: (channel, thread) => threads.has(channel, thread),
  });
  const threads = createThreads({
    kv,
    api,
    clock,
    logger,
    lanes: receiving.lanes,
    identity: whoAmI,
    found: receiving.found,
  });
  let events: ChatEvents = { back() {}, lost() {} };
  const connection = createConnection({
    config,
    clock,
    logger,
    identify: whoAmI,
    receive: tellingLost(receiving.receive, (where) => events.lost(where)),
    connecting: threads.hold,
    connected() {
      threads.read();
      receiving.lanes.hurry();
      events.back();
    },
  });

  /** Permanent refusals are kept for doctor; the caller gets them all the same. */
  const noted = async <T>(where: string, done: Promise<T>): Promise<T> => {
    try {
      const result = await done;
      problems.delete(where);
      return result;
    } catch (error) {
      if (error instanceof PluginError && error.kind !== 'transient' && !ORDINARY.has(error.code))
        problems.set(where, { what: `${where}: ${error.message}`, at: clock.now() });
      throw error;
    }
  };

  return {
    platform: PLATFORM,
    connection,
    async idle() {
      await threads.settle();
      await receiving.settle();
    },
    get capabilities() {
      return {
        threads: true,
        forms: true,
        whisper: true,
        files: true,
        nativeStatus: status.available() === true,
        editInterval: EDIT_INTERVAL,
      };
    },

    async start(host, _catalogue, told) {
      inbound = host;
      events = told ?? events;
      receiving.lanes.resume();
      connection.start();
    },

    async stop() {
      threads.stop();
      await connection.stop();
      receiving.lanes.stop();
      await receiving.settle();
      await status.settle();
      inbound = null;
    },

    async openThread({ channel, title, card, key, thread }) {
      await ready(card);
      const root = await noted(channel, posts.post({ channel, thread: thread ?? null }, card, key));
      const place = thread ?? root.message;
      threads.opened(root.channel, place, root.message);
      if (thread === undefined) status.show(root, card.status ?? 'working', title);
      return { platform: PLATFORM, channel: root.channel, thread: place, root: root.message };
    },

    async post(thread, message, key) {
      await ready(message);
      // Of a thread from before ao kept them: what is there already was delivered.
      threads.opened(thread.channel, thread.thread, String(clock.now() / 1000));
      return noted(
        thread.channel,
        posts.post({ channel: thread.channel, thread: thread.thread }, message, key),
      );
    },

    async postToChannel(channel, message, key) {
      await ready(message);
      return noted(channel, posts.post({ channel, thread: null }, message, key));
    },

    async update(message, content) {
      await noted(message.channel, posts.update(message, content));
      const isOwn = message.thread === message.message;
      if (isOwn && content.kind === 'card' && content.status !== undefined)
        status.show(message, content.status, null);
    },

    react: (message, emoji) => noted(message.channel, receipts(message, emoji)),

    async whisper(user, where, message) {
      const slackUser = userOf(user, (await whoAmI()).teamId);
      if (slackUser === null)
        throw new PluginError(
          'not_found',
          'AO_SLACK_NOBODY',
          `${user} is not a person of this workspace.`,
        );
      await answers.whisper(message, {
        user: slackUser,
        ...where,
        responseUrl: null,
        trigger: null,
      });
    },

    download: (file, maxBytes) => downloadFile(api, config, file, maxBytes),

    lookup: (where, key) => posts.lookup(where, key),

    hasThread: (thread) => posts.hasThread(thread),
    readThread: createReadThread({ api, people, identity: whoAmI }),

    async setThreadState(thread, state) {
      threads.setState(thread.channel, thread.thread, state);
      if (thread.root === thread.thread)
        status.show(thread, state === 'ended' ? 'done' : 'working', null);
    },

    link: (thread) =>
      known === null || known.url === ''
        ? null
        : permalink(known.url, thread.channel, thread.root, thread.thread),

    async findPerson(id) {
      await whoAmI();
      const found = await people
        .user(id, null, id)
        .catch((error: unknown) =>
          isSlackError(error, 'user_not_found', 'user_not_visible') ? null : Promise.reject(error),
        );
      return found === null || found.external || found.bot
        ? null
        : { subject: found.subject, name: found.name };
    },

    doctor: () =>
      examineSlack({
        config,
        api,
        now: clock.now(),
        state: connection.state(),
        problems: [...problems.values()],
        identify: () => identify(api),
        async tryAppToken() {
          const { webApi } = await import('@slack/bolt');
          const client = new webApi.WebClient(
            config.appToken,
            clientOptions(config.apiUrl, logger, config.timeoutMs),
          );
          await client.apps.connections.open().catch((error: unknown) => {
            throw toPluginError('apps.connections.open', error);
          });
        },
      }),
  };
}
