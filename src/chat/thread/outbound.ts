/** Carries out what projection.ts asked for. Each may be run again after a crash: posts are looked up by their key first. */
import type { SessionView } from '../../commands/views.ts';
import { type Redacted, redactDeep } from '../../lib/redact.ts';
import type { ChatMessage, ThreadRef } from '../../slots/chat.ts';
import { notFound, transient } from '../../slots/errors.ts';
import { buttons, linkButton } from '../words/message.ts';
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
import type { OutboundDeps, OutboundHandler, OutboundJob } from './outbound-deps.ts';
import { changed, hashOf, ignoreGone, isGone, withoutButtons } from './posted.ts';

/** Tries, five minutes apart in the end: platforms may be away, and channels archived, for a week. */
const PATIENCE = 2_100;

/** A thread is opened at once where the platform is there; where it is not, tries must not be used up before it is back. */
const soon = ({ attempts }: OutboundJob): number => Math.min(200 * 2 ** (attempts - 1), 60_000);

export function outboundHandlers(
  deps: OutboundDeps,
): Readonly<Record<ChatJobType, OutboundHandler>> {
  return {
    'chat.open': handler((job) => open(deps, job)),
    'chat.post': handler((job) => post(deps, job)),
    'chat.channel': handler((job) => channel(deps, job)),
    'chat.card': handler(
      (job) => card(deps, job),
      (job) => deps.plugin((job.payload as CardPayload).platform).capabilities.editInterval,
    ),
    'chat.update': handler((job) => update(deps, job)),
    'chat.fade': handler((job) => fade(deps, job)),
    'chat.react': handler(
      (job) => react(deps, job),
      () => 0,
    ),
    'chat.state': handler((job) => state(deps, job)),
    'chat.check': handler((job) => check(deps, job)),
  };
}

function viewOf(deps: OutboundDeps, job: OutboundJob): SessionView {
  const view = job.session === null ? null : deps.view(job.session);
  if (view === null)
    throw notFound('AO_SESSION_UNKNOWN', `The session of ${job.key} is not known.`);
  return view;
}

function threadOf(deps: OutboundDeps, job: OutboundJob, platform: string): ThreadRef {
  const stored = job.session === null ? null : deps.thread(job.session, platform);
  if (stored?.thread == null || stored.root === null)
    throw transient('AO_CHAT_NO_THREAD', 'The thread of this session is not open yet.', {
      retryAfter: soon(job),
    });
  return { platform, channel: stored.channel, thread: stored.thread, root: stored.root };
}

/** Somebody deleted the thread: what is to be said comes again when there is a new one. */
async function reopened(
  deps: OutboundDeps,
  error: unknown,
  job: OutboundJob,
  thread: ThreadRef,
): Promise<never> {
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
}

const clean = <T>(deps: OutboundDeps, message: T): Redacted<T> => redactDeep(message, deps.redact);

async function open(deps: OutboundDeps, job: Parameters<OutboundHandler['run']>[0]) {
  const { platform } = job.payload as CardPayload;
  const view = viewOf(deps, job);
  const stored = deps.thread(view.id, platform);
  if (stored === null)
    throw notFound('AO_CHAT_NO_CHANNEL', `No channel is known for ${view.id} on ${platform}.`);
  if (stored.root !== null) return {};
  const { channel, thread } = stored;
  const plugin = deps.plugin(platform);
  const found = job.inDoubt ? await plugin.lookup({ channel, thread }, job.key) : null;
  const card = clean(deps, liveCard(clean(deps, view), deps.now(), deps.links(platform)));
  const ref =
    found === null
      ? await plugin.openThread({
          channel,
          ...(thread === null ? {} : { thread }),
          session: view.id,
          title: clean(deps, clean(deps, `${view.id} ${view.title}`).slice(0, 100)),
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
}

async function post(deps: OutboundDeps, job: Parameters<OutboundHandler['run']>[0]) {
  const { platform, message } = job.payload as PostPayload;
  const thread = threadOf(deps, job, platform);
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
      .post(thread, clean(deps, now), job.key)
      .catch((error: unknown) => reopened(deps, error, job, thread)),
  };
}

async function channel(deps: OutboundDeps, job: Parameters<OutboundHandler['run']>[0]) {
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
        clean(deps, withThread(deps, payload.message, job, payload.platform)),
        job.key,
      )),
  };
}

/** From a channel one gets to the thread by a button. */
function withThread(
  deps: OutboundDeps,
  message: ChatMessage,
  job: OutboundJob,
  platform: string,
): ChatMessage {
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
}

/** Newest wins: whatever the session looks like now. */
async function card(deps: OutboundDeps, job: Parameters<OutboundHandler['run']>[0]) {
  const { platform } = job.payload as CardPayload;
  const view = viewOf(deps, job);
  // Opening the thread posts the card and asks for it again.
  if (deps.thread(view.id, platform)?.root == null) return {};
  const thread = threadOf(deps, job, platform);
  const message = clean(deps, liveCard(clean(deps, view), deps.now(), deps.links(platform)));
  const hash = hashOf(message);
  if (deps.thread(view.id, platform)?.cardHash === hash) return {};
  await deps
    .plugin(platform)
    .update({ ...thread, message: thread.root }, message)
    .catch((error: unknown) => reopened(deps, error, job, thread));
  return { commit: () => deps.setThread(view.id, platform, { cardHash: hash }) };
}

async function update(deps: OutboundDeps, job: Parameters<OutboundHandler['run']>[0]) {
  const { platform, message, of } = job.payload as UpdatePayload;
  const made = deps.posted(of);
  if (made === null) return {};
  await ignoreGone(deps.plugin(platform).update(made.ref, clean(deps, message)));
  return { commit: () => deps.changed(made.key, message) };
}

async function fade(deps: OutboundDeps, job: Parameters<OutboundHandler['run']>[0]) {
  const { platform, note, ...payload } = job.payload as FadePayload;
  const gone = new Set(payload.buttons);
  const changed = deps.posts(job.session ?? '', platform).flatMap(({ key, ref, message }) => {
    const left = withoutButtons(message, gone, note);
    return left === null ? [] : [{ key, ref, message: left }];
  });
  for (const { ref, message } of changed)
    await ignoreGone(deps.plugin(platform).update(ref, clean(deps, message)));
  return {
    commit: () => {
      for (const { key, message } of changed) deps.changed(key, message);
    },
  };
}

async function react(deps: OutboundDeps, job: Parameters<OutboundHandler['run']>[0]) {
  const { ref, emoji } = job.payload as ReactPayload;
  await ignoreGone(deps.plugin(ref.platform).react(ref, emoji));
  return {};
}

async function check(deps: OutboundDeps, job: Parameters<OutboundHandler['run']>[0]) {
  const { platform } = job.payload as CardPayload;
  const stored = job.session === null ? null : deps.thread(job.session, platform);
  if (job.session === null || stored?.thread == null) return {};
  const thread = threadOf(deps, job, platform);
  if (!(await deps.plugin(platform).hasThread(thread))) deps.reopen(job.session, platform, thread);
  return {};
}

async function state(deps: OutboundDeps, job: Parameters<OutboundHandler['run']>[0]) {
  const payload = job.payload as StatePayload;
  await ignoreGone(
    deps
      .plugin(payload.platform)
      .setThreadState(threadOf(deps, job, payload.platform), payload.state),
  );
  return {};
}

const handler = (
  run: OutboundHandler['run'],
  interval?: OutboundHandler['interval'],
): OutboundHandler => ({
  run,
  maxAttempts: PATIENCE,
  ...(interval === undefined ? {} : { interval }),
});
