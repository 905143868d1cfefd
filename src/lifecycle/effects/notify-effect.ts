import type { Db } from '../../db/open.ts';
import { enqueue, type Job, type NewJob } from '../../db/outbox-store.ts';
import type { Effect } from '../../domain/session/effect.ts';
import type { Priority } from '../../domain/session/policy.ts';
import type { Snapshot } from '../../domain/session/session.ts';
import type { Clock } from '../../lib/clock.ts';
import { redactDeep } from '../../lib/redact.ts';
import { rejected, transient } from '../../slots/errors.ts';
import type { Notification } from '../../slots/notifier.ts';
import type { Handler } from '../outbox-parts.ts';
import { type EffectParts, effectHandler, type Run } from './effect-handler.ts';

/** A notifier that hangs is given up after this, ms. */
const TIMEOUT = 10_000;
/** Tries of one message; with growing pauses about half an hour. */
const MAX_ATTEMPTS = 12;
/** News of yesterday is no news: what could not be delivered for so long is given up, ms. */
const TOO_OLD = 2 * 3_600_000;

export type NotifyEffect = Effect & { readonly type: 'notify' };

interface SendPayload {
  readonly notifier: string;
  readonly message: Notification;
  readonly priority: Priority;
  readonly key: string;
}

export interface NotifyParts extends EffectParts {
  readonly db: Db;
  /** The words of a message; null when the session is not known any more. */
  readonly compose: (effect: NotifyEffect, session: string) => Notification | null;
  /** When the quiet hours of a project end; null outside of them. */
  readonly quietUntil: (project: string, now: number) => number | null;
  /** A notifier gave up on a message. */
  readonly tell: (
    notifier: string,
    problem: { readonly code: string; readonly message: string },
  ) => void;
}

/**
 * One-way notifications. A message becomes one job per notifier, in that notifier's own lane, with tries of its own: none of them can hold up
 * another, a session, or the bot. Quiet hours hold back all but what is urgent; what is over by then is not told any more.
 */
export function notifyEffects(parts: NotifyParts): Readonly<Record<string, Handler>> {
  const { db, clock } = parts;
  const route = (effect: NotifyEffect, { session }: Snapshot): void => {
    const message = parts.compose(effect, session.id);
    if (message === null) return;
    for (const job of sendJobs(
      message,
      effect.priority,
      `${session.id}:${effect.key}`,
      parts.plugins.notifierNames(session.project, effect.priority),
    ))
      enqueue(db, job, clock.now());
  };

  const notify: Run<'notify'> = async (effect, snapshot) => {
    const quiet =
      effect.priority === 'urgent' ? null : parts.quietUntil(snapshot.session.project, clock.now());
    parts.dispatch.together(() =>
      quiet === null
        ? route(effect, snapshot)
        : enqueue(db, laterJob(snapshot.session.id, effect, quiet), clock.now()),
    );
    return { type: 'done' };
  };

  /** The quiet hours are over. */
  const later: Run<'notify'> = async (effect, snapshot) => {
    if (stillHolds(effect, snapshot)) parts.dispatch.together(() => route(effect, snapshot));
    return { type: 'done' };
  };

  const send: Handler = {
    maxAttempts: MAX_ATTEMPTS,
    async run(job: Job) {
      const { notifier, message, priority, key } = job.payload as SendPayload;
      try {
        await inTime(
          clock,
          notifier,
          parts.plugins
            .notifier(notifier)
            .notify(redactDeep(message, parts.redact), { priority, key }),
        );
        return {};
      } catch (error) {
        if (clock.now() - job.createdAt < TOO_OLD) throw error;
        throw rejected(
          'AO_NOTIFIER_GIVEN_UP',
          `It could not be delivered in time: ${error instanceof Error ? error.message : String(error)}`,
          {
            cause: error,
          },
        );
      }
    },
    failed: (job, error) => parts.tell((job.payload as SendPayload).notifier, error),
  };

  return {
    notify: effectHandler(parts, notify),
    'notify.later': effectHandler(parts, later),
    'notify.send': send,
  };
}

/** What asks for something that was done meanwhile, is not worth a message in the morning. */
function stillHolds(effect: NotifyEffect, snapshot: Snapshot): boolean {
  const episode = snapshot.episodes.find((candidate) => candidate.key === effect.reaction);
  // What happened once has no episode that could be over.
  return (
    episode?.open === true || effect.reaction === 'all-complete' || effect.reaction === 'base-moved'
  );
}

const laterJob = (session: string, effect: NotifyEffect, until: number): NewJob => ({
  key: `notify.later:${session}:${effect.key}`,
  lane: `later:${session}`,
  session,
  type: 'notify.later',
  payload: effect,
  notBefore: until,
});

/** Urgent messages don't stand in line behind others. */
const sendJobs = (
  message: Notification,
  priority: Priority,
  key: string,
  notifiers: readonly string[],
): readonly NewJob[] =>
  notifiers.map((notifier) => ({
    key: `notify.send:${notifier}:${key}`,
    lane: `notifier:${notifier}:${priority === 'urgent' ? 'urgent' : 'other'}`,
    session: message.session,
    type: 'notify.send',
    payload: { notifier, message, priority, key } satisfies SendPayload,
  }));

async function inTime(clock: Clock, name: string, sent: Promise<void>): Promise<void> {
  let timer: { cancel(): void } | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = clock.after(TIMEOUT, () =>
      reject(
        transient(
          'AO_NOTIFIER_TIMEOUT',
          `The notifier ${name} did not answer within ${TIMEOUT / 1000} s. It is tried again.`,
        ),
      ),
    );
  });
  try {
    await Promise.race([sent, late]);
  } finally {
    timer?.cancel();
  }
}
