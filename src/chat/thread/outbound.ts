/** Carries out what projection.ts asked for. Each may be run again after a crash: posts are looked up by their key first. */
import { createHash } from 'node:crypto';
import type { SessionView } from '../../commands/views.ts';
import { type Redacted, redactDeep } from '../../lib/redact.ts';
import type { Block, ChatMessage, ChatPlugin, MessageRef, ThreadRef } from '../../slots/chat.ts';
import { notFound, PluginError, transient } from '../../slots/errors.ts';
import type { CardLinks } from '../words/links.ts';
import { buttons, context, linkButton } from '../words/message.ts';
import { escapeMarkdown } from '../words/wording.ts';
import { liveCard } from './cards.ts';
import type {
  CardPayload,
  ChannelPayload,
  ChatJobType,
  FadePayload,
  PostPayload,
  ReactPayload,
  StatePayload,
  UpdatePayload,
} from './chat-job.ts';
import { AGAIN } from './projection.ts';

/** What a handler may know of its job. */
export interface OutboundJob {
  readonly key: string;
  readonly session: string | null;
  readonly payload: unknown;
  /** 1 for the first try. */
  readonly attempts: number;
  readonly inDoubt: boolean;
}

export interface StoredThreadRef {
  readonly channel: string;
  readonly thread: string | null;
  readonly root: string | null;
  readonly cardHash: string | null;
}

/** A chat as this room may use it: it takes nothing that didn't pass the redactor. */
export interface SafeChat
  extends Omit<ChatPlugin, 'openThread' | 'post' | 'postToChannel' | 'update'> {
  openThread(
    input: Omit<Parameters<ChatPlugin['openThread']>[0], 'card' | 'title'> & {
      readonly title: Redacted<string>;
      readonly card: Redacted<ChatMessage>;
    },
  ): ReturnType<ChatPlugin['openThread']>;
  post(
    thread: ThreadRef,
    message: Redacted<ChatMessage>,
    key: string,
  ): ReturnType<ChatPlugin['post']>;
  postToChannel(
    channel: string,
    message: Redacted<ChatMessage>,
    key: string,
  ): ReturnType<ChatPlugin['postToChannel']>;
  update(ref: MessageRef, message: Redacted<ChatMessage>): ReturnType<ChatPlugin['update']>;
}

export interface OutboundDeps {
  plugin(platform: string): SafeChat;
  /** Cleaned of secrets already: what is composed of it is escaped and cut. */
  view(session: string): SessionView | null;
  thread(session: string, platform: string): StoredThreadRef | null;
  setThread(
    session: string,
    platform: string,
    change: { thread?: string; root?: string; cardHash?: string },
  ): void;
  /** Asks for the live card to be drawn again. */
  refreshCard(session: string, platform: string): void;
  /** Opens a thread anew in place of this one, with a note; what is posted waits for it. False when that was done before: then people want none. */
  reopen(session: string, platform: string, gone: ThreadRef): boolean;
  /** What an earlier post of this name became, the newest where there are several; null when it was never made. */
  posted(name: string): { readonly key: string; readonly ref: MessageRef } | null;
  /** Posts of a session on a platform as they are shown now, in its thread and in channels. */
  posts(
    session: string,
    platform: string,
  ): ReadonlyArray<{
    readonly key: string;
    readonly ref: MessageRef;
    readonly message: ChatMessage;
  }>;
  /** Changes of posts of a session on a platform that have yet to be carried out, oldest first. */
  waiting(session: string, platform: string): ReadonlyArray<UpdatePayload | FadePayload>;
  /** Remembers what a post was changed to. */
  changed(key: string, message: ChatMessage): void;
  /** Address of a session's thread; null while it is not known. */
  threadLink(platform: string, session: string): string | null;
  links(platform: string): CardLinks;
  readonly now: () => number;
  /** Removes known secrets from everything that is posted. */
  readonly redact: (text: string) => string;
}

export interface OutboundHandler {
  run(job: OutboundJob): Promise<{ readonly result?: unknown; readonly commit?: () => void }>;
  interval?(job: OutboundJob): number;
  readonly maxAttempts: number;
}

/** Tries, five minutes apart in the end: platforms may be away, and channels archived, for a week. */
const PATIENCE = 2_100;

/** A thread is opened at once where the platform is there; where it is not, tries must not be used up before it is back. */
const soon = ({ attempts }: OutboundJob): number => Math.min(200 * 2 ** (attempts - 1), 60_000);

export function outboundHandlers(
  deps: OutboundDeps,
): Readonly<Record<ChatJobType, OutboundHandler>> {
  const viewOf = (job: OutboundJob): SessionView => {
    const view = job.session === null ? null : deps.view(job.session);
    if (view === null)
      throw notFound('AO_SESSION_UNKNOWN', `The session of ${job.key} is not known.`);
    return view;
  };

  const threadOf = (job: OutboundJob, platform: string): ThreadRef => {
    const stored = job.session === null ? null : deps.thread(job.session, platform);
    if (stored?.thread == null || stored.root === null)
      throw transient('AO_CHAT_NO_THREAD', 'The thread of this session is not open yet.', {
        retryAfter: soon(job),
      });
    return { platform, channel: stored.channel, thread: stored.thread, root: stored.root };
  };

  /** Somebody deleted the thread: what is to be said comes again when there is a new one. */
  const reopened = async (error: unknown, job: OutboundJob, thread: ThreadRef): Promise<never> => {
    if (
      !isGone(error) ||
      job.session === null ||
      (await deps.plugin(thread.platform).hasThread(thread))
    )
      throw error;
    if (!deps.reopen(job.session, thread.platform, thread)) throw error;
    throw transient(
      'AO_CHAT_NO_THREAD',
      'The thread of this session was deleted and is opened again.',
      { retryAfter: 200 },
    );
  };

  const clean = <T>(message: T): Redacted<T> => redactDeep(message, deps.redact);

  const open: OutboundHandler['run'] = async (job) => {
    const { platform } = job.payload as CardPayload;
    const view = viewOf(job);
    const stored = deps.thread(view.id, platform);
    if (stored === null)
      throw notFound('AO_CHAT_NO_CHANNEL', `No channel is known for ${view.id} on ${platform}.`);
    if (stored.root !== null) return {};
    const { channel, thread } = stored;
    const plugin = deps.plugin(platform);
    const found = job.inDoubt ? await plugin.lookup({ channel, thread }, job.key) : null;
    const card = clean(liveCard(clean(view), deps.now(), deps.links(platform)));
    const ref =
      found === null
        ? await plugin.openThread({
            channel,
            ...(thread === null ? {} : { thread }),
            session: view.id,
            title: clean(clean(`${view.id} ${view.title}`).slice(0, 100)),
            card,
            key: job.key,
          })
        : { ...found, root: found.message };
    return {
      result: ref,
      commit: () => {
        deps.setThread(view.id, platform, {
          thread: ref.thread,
          root: ref.root,
          ...(found === null ? { cardHash: hashOf(card) } : {}),
        });
        // What changed while it was being opened was left to this moment.
        deps.refreshCard(view.id, platform);
      },
    };
  };

  const post: OutboundHandler['run'] = async (job) => {
    const { platform, message } = job.payload as PostPayload;
    const thread = threadOf(job, platform);
    const plugin = deps.plugin(platform);
    const found = job.inDoubt
      ? await plugin.lookup({ channel: thread.channel, thread: thread.thread }, job.key)
      : null;
    if (found !== null) return { result: found };
    // It may have waited for days: what can't be pressed any more is not offered, not even for the moment until it is taken away.
    const now = deps
      .waiting(job.session ?? '', platform)
      .reduce((shown, change) => changed(shown, job.key, change), message);
    return {
      result: await plugin
        .post(thread, clean(now), job.key)
        .catch((error: unknown) => reopened(error, job, thread)),
    };
  };

  const channel: OutboundHandler['run'] = async (job) => {
    const payload = job.payload as ChannelPayload;
    const plugin = deps.plugin(payload.platform);
    const found = job.inDoubt
      ? await plugin.lookup({ channel: payload.channel, thread: null }, job.key)
      : null;
    return {
      result:
        found ??
        (await plugin.postToChannel(
          payload.channel,
          clean(withThread(payload.message, job, payload.platform)),
          job.key,
        )),
    };
  };

  /** From a channel one gets to the thread by a button. */
  const withThread = (message: ChatMessage, job: OutboundJob, platform: string): ChatMessage => {
    const url = job.session === null ? null : deps.threadLink(platform, job.session);
    return url === null
      ? message
      : {
          ...message,
          blocks: [
            ...message.blocks,
            ...buttons([linkButton('Open thread', `open_thread:${job.session}`, url)]),
          ],
        };
  };

  /** Newest wins: whatever the session looks like now. */
  const card: OutboundHandler['run'] = async (job) => {
    const { platform } = job.payload as CardPayload;
    const view = viewOf(job);
    // Opening the thread posts the card and asks for it again.
    if (deps.thread(view.id, platform)?.root == null) return {};
    const thread = threadOf(job, platform);
    const message = clean(liveCard(clean(view), deps.now(), deps.links(platform)));
    const hash = hashOf(message);
    if (deps.thread(view.id, platform)?.cardHash === hash) return {};
    await deps
      .plugin(platform)
      .update({ ...thread, message: thread.root }, message)
      .catch((error: unknown) => reopened(error, job, thread));
    return { commit: () => deps.setThread(view.id, platform, { cardHash: hash }) };
  };

  const update: OutboundHandler['run'] = async (job) => {
    const { platform, message, of } = job.payload as UpdatePayload;
    const made = deps.posted(of);
    if (made === null) return {};
    await ignoreGone(deps.plugin(platform).update(made.ref, clean(message)));
    return { commit: () => deps.changed(made.key, message) };
  };

  const fade: OutboundHandler['run'] = async (job) => {
    const { platform, note, ...payload } = job.payload as FadePayload;
    const gone = new Set(payload.buttons);
    const changed = deps.posts(job.session ?? '', platform).flatMap(({ key, ref, message }) => {
      const left = withoutButtons(message, gone, note);
      return left === null ? [] : [{ key, ref, message: left }];
    });
    for (const { ref, message } of changed)
      await ignoreGone(deps.plugin(platform).update(ref, clean(message)));
    return {
      commit: () => {
        for (const { key, message } of changed) deps.changed(key, message);
      },
    };
  };

  const react: OutboundHandler['run'] = async (job) => {
    const { ref, emoji } = job.payload as ReactPayload;
    await ignoreGone(deps.plugin(ref.platform).react(ref, emoji));
    return {};
  };

  const check: OutboundHandler['run'] = async (job) => {
    const { platform } = job.payload as CardPayload;
    const stored = job.session === null ? null : deps.thread(job.session, platform);
    if (job.session === null || stored?.thread == null) return {};
    const thread = threadOf(job, platform);
    if (!(await deps.plugin(platform).hasThread(thread)))
      deps.reopen(job.session, platform, thread);
    return {};
  };

  const state: OutboundHandler['run'] = async (job) => {
    const payload = job.payload as StatePayload;
    await ignoreGone(
      deps.plugin(payload.platform).setThreadState(threadOf(job, payload.platform), payload.state),
    );
    return {};
  };

  const handler = (
    run: OutboundHandler['run'],
    interval?: OutboundHandler['interval'],
  ): OutboundHandler => ({
    run,
    maxAttempts: PATIENCE,
    ...(interval === undefined ? {} : { interval }),
  });
  return {
    'chat.open': handler(open),
    'chat.post': handler(post),
    'chat.channel': handler(channel),
    'chat.card': handler(
      card,
      (job) => deps.plugin((job.payload as CardPayload).platform).capabilities.editInterval,
    ),
    'chat.update': handler(update),
    'chat.fade': handler(fade),
    'chat.react': handler(react, () => 0),
    'chat.state': handler(state),
    'chat.check': handler(check),
  };
}

const changed = (
  message: ChatMessage,
  key: string,
  change: UpdatePayload | FadePayload,
): ChatMessage =>
  'of' in change
    ? key === change.of || key.startsWith(`${change.of}${AGAIN}`)
      ? change.message
      : message
    : (withoutButtons(message, new Set(change.buttons), change.note) ?? message);

/** Null when the message has none of them. */
function withoutButtons(
  message: ChatMessage,
  gone: ReadonlySet<string>,
  note: string | null,
): ChatMessage | null {
  const isGone = (block: Block): boolean =>
    block.type === 'buttons' && block.buttons.some((one) => gone.has(one.id));
  if (!message.blocks.some(isGone)) return null;
  const blocks = message.blocks.flatMap((block): readonly Block[] => {
    if (block.type !== 'buttons') return [block];
    const left = block.buttons.filter((one) => !gone.has(one.id));
    return left.length === 0 ? [] : [{ type: 'buttons', buttons: left }];
  });
  const words = blocks.filter((block) => block.type !== 'buttons');
  const left = blocks.filter((block) => block.type === 'buttons');
  // Nobody is mentioned twice.
  const { mention: _, ...quiet } = message;
  return {
    ...quiet,
    blocks: [...words, ...(note === null ? [] : [context(escapeMarkdown(note))]), ...left],
  };
}

/** A moment is the same however long ago it was. */
const hashOf = (value: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(value).replace(/\[[^\]]*\]\((time:\d+)\)/g, '$1'))
    .digest('hex');

const isGone = (error: unknown): boolean =>
  error instanceof PluginError && error.kind === 'not_found' && !error.mendable;

/** A person may have deleted what was to be changed; that is theirs to do. */
async function ignoreGone(done: Promise<void>): Promise<void> {
  try {
    await done;
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}
