import type { App, ReceiverEvent } from '@slack/bolt';
import type { Clock } from '../../../src/lib/clock.ts';
import type { Logger } from '../../../src/slots/context.ts';

/**
 * An ack says to Slack: never send this again. So it goes out when the consequence is committed, and at the latest after
 * this long (ms), because Slack takes 3 s for an outage. A process that dies in between has not acked, and Slack sends again.
 */
const ACK_WITHIN = 500;

/** Resolves with true when `done` came in time; a failure counts as done. */
export function inTime(
  done: Promise<unknown>,
  clock: Clock,
  within = ACK_WITHIN,
): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = clock.after(within, () => resolve(false));
    const over = (): void => {
      timer.cancel();
      resolve(true);
    };
    done.then(over, over);
  });
}

const isEvent = (event: ReceiverEvent): boolean => event.body.event !== undefined;

/** Bolt acks events before its listeners ran; this gives it an ack that does nothing and acks when they have. */
export function ackWhenDone(
  app: Pick<App, 'processEvent'>,
  clock: Clock,
  logger: Logger,
): Pick<App, 'processEvent'> {
  return {
    async processEvent(event) {
      if (!isEvent(event)) return app.processEvent(event);
      const done = app.processEvent({ ...event, ack: async () => {} });
      const failed = done.then(
        () => false,
        (error: unknown) => {
          logger.warn({ err: error }, 'a Slack event failed and is left for Slack to send again');
          return true;
        },
      );
      const early = await inTime(done, clock);
      if (early && (await failed)) return;
      await event.ack();
    },
  };
}
