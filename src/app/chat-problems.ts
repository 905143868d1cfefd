import { post } from '../chat/message.ts';
import type { OutboundHandler } from '../chat/outbound.ts';
import { escapeMarkdown } from '../chat/wording.ts';
import type { Handler } from '../lifecycle/outbox.ts';
import { PluginError, transient } from '../slots/errors.ts';

/** How long to wait before a platform that needs a person is asked again, ms. */
const NEEDS_A_PERSON = 60_000;

export type TellProblem = (platform: string, problem: { readonly code: string; readonly message: string }) => void;

/**
 * What a platform refuses for good is told in the web chat. Two things are tried again all the same, because a person can
 * mend them: bad credentials, and a thread that can't be opened, without which nothing of its session could be shown.
 */
export function tellingProblems(type: string, handler: OutboundHandler, tell: TellProblem): Handler {
  return {
    ...handler,
    async run(job) {
      try {
        return await handler.run(job);
      } catch (error) {
        if (!(error instanceof PluginError) || error.kind === 'transient') throw error;
        if (error.kind !== 'auth' && type !== 'chat.open') throw error;
        tell(platformOf(job.payload), { code: error.code, message: error.message });
        throw transient(error.code, error.message, { cause: error, retryAfter: NEEDS_A_PERSON });
      }
    },
    failed: (job, error) => tell(platformOf(job.payload), error),
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
}

export const problemJob = (platform: string, problem: Problem, now: number) =>
  webJob(platform, problem, `${platform} does not show everything: ${problem.message}`, now);

/** A message that a notifier could not deliver. */
export const notifierProblemJob = (notifier: string, problem: Problem, now: number) =>
  webJob(`notifier ${notifier}`, problem, `The notifier ${notifier} lost a message: ${problem.message} Try it: ao doctor --test-notify`, now);

/** What should have started by itself and did not. */
export const starterProblemJob = (project: string, problem: Problem, now: number) => webJob(`start ${project}`, problem, problem.message, now);

/** One job for the web chat for each kind of problem in an hour. */
function webJob(where: string, problem: Problem, line: string, now: number) {
  return {
    key: `chat.channel:web:problem:${where}:${problem.code}:${Math.floor(now / HOUR)}`,
    lane: 'chat:web:problems',
    session: null,
    type: 'chat.channel',
    payload: { platform: 'web', channel: 'general', message: post(`⚠️ ${line}`, `⚠️ ${escapeMarkdown(line)}`) },
  };
}
