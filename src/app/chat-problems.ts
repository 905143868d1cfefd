import type { OutboundHandler } from '../chat/thread/outbound.ts';
import { post } from '../chat/words/message.ts';
import { escapeMarkdown } from '../chat/words/wording.ts';
import type { Handler } from '../lifecycle/outbox.ts';
import { PluginError, transient } from '../slots/errors.ts';

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

/**
 * What a platform refuses for good is told in the web chat. What a person can mend is told once and waits for them, with all that
 * stands behind it in its lane: bad credentials, a channel that is archived or that ao was removed from, and a thread that can't
 * be opened, without which nothing of its session could be shown.
 */
export function tellingProblems(
  type: string,
  handler: OutboundHandler,
  tell: TellProblem,
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
    failed: (job, error) => tell(platformOf(job.payload), { ...error, waits: false }),
  };
}

const platformOf = (payload: unknown): string => {
  const { platform, ref } = payload as { platform?: string; ref?: { platform: string } };
  return platform ?? ref?.platform ?? 'web';
};

const HOUR = 3_600_000;

interface Problem {
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

/** What should have started by itself and did not. */
export const starterProblemJob = (project: string, problem: Problem, now: number) =>
  webJob(`start ${project}`, problem, problem.message, now);

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
      message: post(`⚠️ ${line}`, `⚠️ ${escapeMarkdown(line)}`),
    },
  };
}
