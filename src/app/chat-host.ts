import { randomUUID } from 'node:crypto';
import type { Draft, InboundDeps } from '../chat/answers/inbound-deps.ts';
import { createInbound } from '../chat/inbound/inbound.ts';
import {
  cardJob,
  checkThreadJob,
  type FadePayload,
  type PostPayload,
  reopenJobs,
  reopenKey,
  type Target,
  type UpdatePayload,
} from '../chat/thread/chat-job.ts';
import { outboundHandlers } from '../chat/thread/outbound.ts';
import { AGAIN, chatJobs } from '../chat/thread/projection.ts';
import { receiptJob } from '../chat/thread/receipt-jobs.ts';
import { type CardLinks, NO_LINKS } from '../chat/words/links.ts';
import type { Pinned } from '../chat/words/pin.ts';
import type { Access } from '../commands/access.ts';
import type { Commands } from '../commands/commands.ts';
import { listening } from '../commands/listening.ts';
import type { Reader } from '../commands/reader.ts';
import { viewRequest } from '../commands/view/steers.ts';
import { viewSession } from '../commands/view-session.ts';
import type { EventView, SessionView } from '../commands/views.ts';
import { claimDelivery, isClaimed, saveReply } from '../db/inbound-store.ts';
import { kvStore } from '../db/kv-store.ts';
import type { Db } from '../db/open.ts';
import { enqueue, hurry, hurryPlatform, replacePayload } from '../db/outbox-store.ts';
import { doneJobs, jobState, newestDone, payloadOf, waitingJobs } from '../db/outbox-view.ts';
import { steerOfMessage } from '../db/session-history.ts';
import { addThread, sessionOfThread, setThread, threadOf } from '../db/thread-store.ts';
import type { AuditEntry } from '../domain/session/audit.ts';
import type { ChatHome, Listens } from '../domain/session/chat-place.ts';
import type { Refusal } from '../domain/session/decision.ts';
import type { Actor } from '../domain/session/ids.ts';
import type { ProjectPolicy } from '../domain/session/policy.ts';
import type { Session, Snapshot } from '../domain/session/session.ts';
import type { Clock } from '../lib/clock.ts';
import { redactDeep } from '../lib/redact.ts';
import type { Dispatch, Project as Projection } from '../lifecycle/dispatch.ts';
import type { Handler } from '../lifecycle/outbox-parts.ts';
import type { ChatInput, ChatPlugin, ChatReply, Inbound, MessageRef } from '../slots/chat.ts';
import { notFound } from '../slots/errors.ts';
import { findPerson, knownPeople } from './chat-people.ts';
import { addPlaces, type Place, placesOf } from './chat-places.ts';
import { problemJob, refusedJob, type TellProblem, tellingProblems } from './chat-problems.ts';
import { chatThreads } from './chat-threads.ts';
import { saveFiles } from './save-files.ts';

export interface ChatHostParts {
  readonly db: Db;
  readonly clock: Clock;
  readonly dataDir: string;
  readonly chats: () => readonly ChatPlugin[];
  readonly dispatch: () => Dispatch;
  readonly commands: () => Commands;
  /** What cards and threads are composed from, for everybody in the channel. */
  readonly reader: () => Reader;
  readonly access: Access;
  readonly policyOf: (project: string) => ProjectPolicy;
  readonly verbosityOf: (project: string) => 'quiet' | 'normal' | 'verbose';
  /** `projects.<id>.listen` */
  readonly listenOf: (project: string) => Listens | null;
  /** Channels a session of this project is shown in, one per platform. */
  readonly channelsOf: (
    project: string,
  ) => ReadonlyArray<{ readonly platform: string; readonly channel: string }>;
  readonly linkTo: (session: string) => string;
  /** Whether `linkTo` can be opened from other machines. */
  readonly publicAddress: () => boolean;
  readonly redact: (text: string) => string;
  readonly chart: InboundDeps['chart'];
  readonly audit: (entry: Omit<AuditEntry, 'at'>) => void;
}

export interface ChatHost {
  readonly projection: Projection;
  readonly handlers: Readonly<Record<string, Handler>>;
  readonly inbound: Inbound;
  /** A platform answers again: what waits there to be tried again is tried now. */
  back(platform: string): void;
  /** Whether a live session had no thread somewhere; for the start. */
  openThreads(session: Snapshot): boolean;
}

/** Joins src/chat, which knows no database and no lifecycle, to both. */
export function createChatHost(parts: ChatHostParts): ChatHost {
  const { db, clock, access } = parts;
  const pluginOf = (platform: string): ChatPlugin => {
    const plugin = parts.chats().find((candidate) => candidate.platform === platform);
    if (plugin === undefined)
      throw notFound('AO_CHAT_UNKNOWN', `The configuration no longer has a chat "${platform}".`);
    return plugin;
  };
  const places = (session: Session): readonly Place[] =>
    placesOf(session, parts.channelsOf(session.project), (name) =>
      parts.chats().some(({ platform }) => platform === name),
    );
  // An address of this machine is of no use to whoever reads it elsewhere.
  const links = (platform: string): CardLinks =>
    platform === 'web' || parts.publicAddress()
      ? { terminal: (session) => `${parts.linkTo(session)}/terminal` }
      : NO_LINKS;

  const projection: Projection = ({ before, after, events, version }) => {
    const { session } = after;
    const targets: Target[] = places(session).map(({ platform, channel }) => ({
      platform,
      channel,
      editInterval: pluginOf(platform).capabilities.editInterval,
    }));
    if (before === null) addPlaces(db, session, targets);
    const safe = <T>(value: T): T => redactDeep(value, parts.redact);
    const view = safe(
      viewSession(after, {
        policy: parts.policyOf(session.project),
        now: clock.now(),
        version,
      }),
    );
    return chatJobs({
      isNew: before === null,
      session: view,
      events: safe(events as readonly EventView[]),
      requests: safe(after.requests.map((request) => viewRequest(request, session.id))),
      replaced: replaced(before, after),
      sources: new Map(
        after.steers.flatMap((steer) =>
          steer.source === null ? [] : [[steer.id, steer.source] as const],
        ),
      ),
      targets,
      verbosity: parts.verbosityOf(session.project),
    });
  };

  const reopen = (session: string, platform: string, gone: string): boolean =>
    db.transaction(() => {
      if (threadOf(db, session, platform)?.thread !== gone) return true;
      if (jobState(db, reopenKey(session, platform)) !== null) return false;
      setThread(db, session, platform, { thread: null, root: null, cardHash: null });
      const view = viewOf(parts, session);
      if (view === null) return false;
      for (const job of reopenJobs(
        view,
        platform,
        'The thread of this session was deleted, so it continues here.',
      ))
        enqueue(db, job, clock.now());
      return true;
    });

  /** At start: opens what a session has no thread for, and has the others looked at. */
  const openThreads = ({ session }: Snapshot): boolean => {
    const view = viewOf(parts, session.id);
    if (view === null) return false;
    const lacking = places(session).filter(({ platform, channel }) => {
      if (threadOf(db, session.id, platform) !== null) {
        // In the web chat nobody can delete a thread.
        if (platform !== 'web')
          enqueue(db, checkThreadJob(session.id, platform, clock.now()), clock.now());
        return false;
      }
      addThread(db, session.id, platform, channel);
      for (const job of reopenJobs(view, platform, null)) enqueue(db, job, clock.now());
      return true;
    });
    return lacking.length > 0;
  };

  const handlers = outboundHandlers({
    plugin: pluginOf,
    view: (session) => viewOf(parts, session),
    thread: (session, platform) => threadOf(db, session, platform),
    setThread: (session, platform, change) => setThread(db, session, platform, change),
    refreshCard: (session, platform) =>
      enqueue(
        db,
        cardJob(session, {
          platform,
          channel: '',
          editInterval: pluginOf(platform).capabilities.editInterval,
        }),
        clock.now(),
      ),
    reopen: (session, platform, gone) => reopen(session, platform, gone.thread),
    posted(name) {
      const made = newestDone(db, [name, `${name}${AGAIN}`]);
      return made?.result == null ? null : { key: made.key, ref: made.result as MessageRef };
    },
    posts: (session, platform) =>
      doneJobs(db, session, ['chat.post', 'chat.channel']).flatMap(({ key, payload, result }) => {
        const made = payload as PostPayload;
        return made.platform === platform
          ? [{ key, ref: result as MessageRef, message: made.message }]
          : [];
      }),
    waiting: (session, platform) =>
      waitingJobs(db, session, ['chat.update', 'chat.fade'])
        .map((payload) => payload as UpdatePayload | FadePayload)
        .filter((change) => change.platform === platform),
    changed(key, message) {
      const made = payloadOf(db, key) as PostPayload | null;
      if (made !== null) replacePayload(db, key, { ...made, message });
    },
    threadLink: (platform, session) => threadLink(platform, session),
    links,
    now: () => clock.now(),
    redact: parts.redact,
  });
  const tell: TellProblem = (platform, problem) => {
    if (platform !== 'web')
      enqueue(
        db,
        problemJob(platform, redactDeep(problem, parts.redact), clock.now()),
        clock.now(),
      );
  };
  const say: Parameters<typeof tellingProblems>[3] = (refused, problem) => {
    const read =
      parts.publicAddress() && refused.session !== null ? parts.linkTo(refused.session) : null;
    const job = refusedJob(refused, redactDeep(problem, parts.redact), read);
    if (job !== null) enqueue(db, job, clock.now());
  };
  const asHandlers = Object.fromEntries(
    Object.entries(handlers).map(([type, handler]) => [
      type,
      tellingProblems(type, handler, tell, say),
    ]),
  );
  const threadLink = (platform: string, session: string): string | null => {
    if (platform === 'web') return parts.linkTo(session);
    const stored = threadOf(db, session, platform);
    if (stored?.thread == null || stored.root === null) return null;
    return (
      pluginOf(platform).link?.({
        platform,
        channel: stored.channel,
        thread: stored.thread,
        root: stored.root,
      }) ?? null
    );
  };

  const listens = ({ channel, thread }: ChatHome, session: string): Listens => {
    const about = parts.dispatch().snapshot(session)?.session;
    const home = about?.home?.channel === channel && about.home.thread === thread;
    const project = about === undefined ? null : parts.listenOf(about.project);
    return listening(db, session) ?? project ?? (home ? 'mentions' : 'all');
  };
  const people = kvStore(db, 'people');
  const drafts = kvStore(db, 'drafts');
  const receive = createInbound({
    get commands() {
      return parts.commands();
    },
    now: () => clock.now(),
    access: {
      seen(user) {
        access.seen(user.subject, user.groups);
        // A write waits for the disk; names hardly ever change.
        if (people.get(user.subject) !== user.name) people.set(user.subject, user.name);
      },
      may(actor, verb) {
        const may = parts.commands().may(actor, verb);
        return may.ok ? null : told(parts, actor, verb, may.error);
      },
    },
    audit: ({ actor, action, session, detail, refused }) =>
      parts.audit({
        subject: actor.subject,
        via: actor.via,
        action,
        session,
        detail: refused === null ? detail : `${detail}: ${refused}`,
        allowed: refused === null,
      }),
    threads: chatThreads(db, pluginOf, { link: threadLink, listens }),
    steers: { bySource: (source) => steerOfMessage(db, source) },
    receipts: {
      set(source, emoji) {
        const session = sessionOfThread(db, source.platform, source.channel, source.thread) ?? '';
        enqueue(db, receiptJob(source, emoji, session), clock.now());
      },
    },
    drafts: {
      keep(draft: Draft) {
        const id = randomUUID().replaceAll('-', '').slice(0, 16);
        drafts.set(id, { ...draft, at: clock.now() });
        return id;
      },
      find: (id) => (drafts.get(id) as Draft | undefined) ?? null,
    },
    files: {
      save: (platform, session, files) =>
        saveFiles(
          {
            dataDir: parts.dataDir,
            redact: parts.redact,
            download: (file, maxBytes) => pluginOf(platform).download(file, maxBytes),
          },
          session,
          files,
        ),
    },
    people: {
      find: (platform, mention) => findPerson(people, platform, mention),
      known: (platform) => knownPeople(people, platform),
    },
    chart: parts.chart,
    links,
  });

  const back = (platform: string): void => void hurryPlatform(db, platform, clock.now());

  /** Somebody speaks in a thread: whatever kept ao from posting there may be over. */
  const hurryThread = ({ platform, channel, thread }: ChatInput): void => {
    const session =
      thread === null || platform === 'web' ? null : sessionOfThread(db, platform, channel, thread);
    if (session !== null) hurry(db, session, `%:${platform}:${session}`, clock.now());
  };
  const inbound = once(db, clock, async (input) => {
    hurryThread(input);
    return redactDeep(await receive(input), parts.redact);
  });

  return { projection, handlers: asHandlers, inbound, back, openThreads };
}

/** A refusal is a row of the audit log. */
function told(
  { audit }: ChatHostParts,
  { subject, via }: Actor,
  verb: string,
  denied: Refusal,
): Refusal {
  audit({ subject, via, action: verb, session: null, detail: denied.message, allowed: false });
  return denied;
}

/**
 * A delivery has its consequence once. What follows from it is idempotent by the delivery's id, so one that died before it
 * was claimed is processed when it comes again; one that was claimed gets the same answer again.
 */
function once(db: Db, clock: Clock, receive: Inbound): Inbound {
  const running = new Map<string, Promise<ChatReply>>();
  return (input) => {
    // As that person's own: who repeats a delivery seen elsewhere gets no answer that was meant for somebody else.
    const delivery = `${input.delivery} ${input.user.subject}`;
    const name = `${input.platform} ${delivery}`;
    const under = running.get(name);
    if (under !== undefined) return under;
    if (isClaimed(db, input.platform, delivery)) {
      const claim = claimDelivery(db, input.platform, delivery, clock.now());
      return Promise.resolve((claim.fresh ? null : (claim.reply as ChatReply | null)) ?? {});
    }
    const done = receive(input)
      .then((reply) => {
        db.transaction(() => {
          claimDelivery(db, input.platform, delivery, clock.now());
          saveReply(db, input.platform, delivery, reply);
        });
        return reply;
      })
      .finally(() => running.delete(name));
    running.set(name, done);
    return done;
  };
}

function viewOf(parts: ChatHostParts, session: string): SessionView | null {
  const found = parts.reader().session(session);
  return found.ok ? found.value : null;
}

/** What was the head or the base of a pull request before this change. */
function replaced(before: Snapshot | null, after: Snapshot): readonly Pinned[] {
  return (before?.prs ?? []).flatMap((pr) => {
    const now = after.prs.find((candidate) => candidate.key === pr.key);
    return now !== undefined && (now.headSha !== pr.headSha || now.base !== pr.base) ? [pr] : [];
  });
}
