import { createHash } from 'node:crypto';
import type { ChannelPayload, ChatJobType, PostPayload } from '../chat/thread/chat-job.ts';
import type { OutboundHandler } from '../chat/thread/outbound-deps.ts';
import { post } from '../chat/words/message.ts';
import { escapeMarkdown, link, oneLine } from '../chat/words/wording.ts';
import type { NewJob } from '../db/outbox-store.ts';
import type { Handler } from '../lifecycle/outbox-parts.ts';
import { PluginError, transient } from '../slots/errors.ts';
import type { PlatformChannel } from './chat-channels.ts';

/** How long to wait before a platform that needs a person is asked again, ms; at first, and when it has needed one for an hour. */
const NEEDS_A_PERSON = 60_000;
const STILL = 300_000;
const STILL_AFTER = 60;

/** What people read waits; how a thread looks in the list of threads must not keep it waiting. */
const WAITS: ReadonlySet<string> = new Set([
  'chat.open',
  'chat.post',
  'chat.channel',
  'chat.card',
  'chat.update',
  'chat.fade',
  'chat.react',
]);

export type TellProblem = (platform: string, problem: Problem) => void;

/** What could not be shown, as the outbox knows it. */
export interface Refused {
  readonly key: string;
  readonly type: string;
  readonly session: string | null;
  readonly payload: unknown;
}

/**
 * What a platform refuses for good is told in the web chat, and where it was to be shown (`say`). What a person can mend is told once and waits for them, with all that
 * stands behind it in its lane: bad credentials, a channel that is archived or that ao was removed from, and a thread that can't
 * be opened, without which nothing of its session could be shown.
 */
export function tellingProblems(
  type: string,
  handler: OutboundHandler,
  tell: TellProblem,
  say: (refused: Refused, problem: Problem) => void,
): Handler {
  return {
    ...handler,
    async run(job) {
      try {
        return await handler.run(job);
      } catch (error) {
        if (!(error instanceof PluginError) || error.kind === 'transient') throw error;
        if (!(error.mendable && WAITS.has(type)) && error.kind !== 'auth' && type !== 'chat.open')
          throw error;
        tell(platformOf(job.payload), {
          code: error.code,
          message: `${error.message} What is to be shown there waits.`,
          waits: true,
        });
        throw transient(error.code, error.message, {
          cause: error,
          retryAfter: job.attempts < STILL_AFTER ? NEEDS_A_PERSON : STILL,
        });
      }
    },
    failed(job, error) {
      const problem = { ...error, waits: false };
      tell(platformOf(job.payload), problem);
      say(job, problem);
    },
  };
}

const platformOf = (payload: unknown): string => {
  const { platform, ref } = payload as { platform?: string; ref?: { platform: string } };
  return platform ?? ref?.platform ?? 'web';
};

const HOUR = 3_600_000;

export interface Problem {
  readonly code: string;
  readonly message: string;
  /** Nothing is lost yet. */
  readonly waits?: boolean;
}

export const problemJob = (platform: string, problem: Problem, now: number) =>
  webJob(
    platform,
    problem,
    `${platform} does not show everything: ${problem.message}`,
    now,
    problem.waits === true ? 6 * HOUR : HOUR,
  );

/** A message that a notifier could not deliver. */
export const notifierProblemJob = (notifier: string, problem: Problem, now: number) =>
  webJob(
    `notifier ${notifier}`,
    problem,
    `The notifier ${notifier} lost a message: ${problem.message} Try it: ao doctor --test-notify`,
    now,
  );

/** What should have started by itself and did not: said where the project is shown, each problem once an hour. */
export const starterProblemJobs = (
  project: string,
  channels: readonly PlatformChannel[],
  problem: Problem,
  now: number,
): readonly NewJob[] => {
  const which = createHash('sha256').update(problem.message).digest('hex').slice(0, 16);
  return channels.map(({ platform, channel }) => ({
    key: `chat.channel:${platform}:problem:start ${project}:${problem.code}:${which}:${Math.floor(now / HOUR)}`,
    lane: `chat:${platform}:problems:${project}`,
    session: null,
    type: 'chat.channel',
    payload: { platform, channel, message: warning(problem.message) } satisfies ChannelPayload,
  }));
};

/** One job for the web chat for each kind of problem in so much time. */
function webJob(where: string, problem: Problem, line: string, now: number, every = HOUR) {
  return {
    key: `chat.channel:web:problem:${where}:${problem.code}:${Math.floor(now / every)}`,
    lane: 'chat:web:problems',
    session: null,
    type: 'chat.channel',
    payload: {
      platform: 'web',
      channel: 'general',
      message: warning(line),
    },
  };
}

const warning = (line: string) => post(`⚠️ ${line}`, `⚠️ ${escapeMarkdown(line)}`);

/** In the name of a post that says that another one was refused: about these nothing is said there again. */
const REFUSED = 'chat.refused:';
const LONGEST_REASON = 400;

/**
 * Says where it was to be shown that something can't be shown there, in words that no platform refuses for what is in them; null where
 * there is nothing to say or no place for it. `read`: address where it can be read, null when there is none for others.
 */
export function refusedJob(refused: Refused, problem: Problem, read: string | null): NewJob | null {
  const { key, session } = refused;
  const platform = platformOf(refused.payload);
  const lost = whatIsLost(refused.type);
  if (platform === 'web' || lost === null || key.startsWith(REFUSED)) return null;
  const line = `⚠️ ${lost.what} can't be shown here: ${oneLine(problem.message, LONGEST_REASON)}`;
  const where = read === null ? "ao's web chat" : link("ao's web chat", read);
  const message = post(
    `${line} It is in ao's web chat.`,
    `${escapeMarkdown(line)} It is in ${where}.`,
  );
  // Of what is drawn again and again people hear once.
  const about = lost.each ? key : `${refused.type}:${platform}:${session}:${problem.code}`;
  const job = { session, key: `${REFUSED}${about}` };
  if (refused.type === 'chat.channel') {
    const { channel } = refused.payload as ChannelPayload;
    const payload: ChannelPayload = { platform, channel, message };
    return { ...job, type: 'chat.channel', lane: `chat:${platform}:refused`, payload };
  }
  const payload: PostPayload = { platform, message };
  return session === null
    ? null
    : { ...job, type: 'chat.post', lane: `chat:${platform}:${session}`, payload };
}

/** What people would have seen, and whether they are told of each; null: something they don't miss. */
function whatIsLost(type: string): { readonly what: string; readonly each: boolean } | null {
  switch (type as ChatJobType) {
    case 'chat.post':
    case 'chat.channel':
      return { what: 'A message, which may ask you something,', each: true };
    case 'chat.card':
      return { what: 'The card of this session', each: false };
    case 'chat.update':
    case 'chat.fade':
      return { what: 'A change of a message above', each: false };
    case 'chat.open':
    case 'chat.react':
    case 'chat.state':
    case 'chat.check':
      return null;
  }
}
