import type { StepListener } from '../lifecycle/outbox-parts.ts';
import type { Inbox } from '../slots/inbox.ts';

/** The same inbox, whose listener is told before and after each thing is kept and each is marked as dealt with. */
export function steppedInbox(
  inbox: Inbox,
  platform: string,
  onStep: StepListener | undefined,
): Inbox {
  if (onStep === undefined) return inbox;
  const stepped = <T>(type: string, key: string, work: () => T): T => {
    const job = { type, key, payload: { platform } };
    onStep('before', job);
    const result = work();
    onStep('after', job);
    return result;
  };
  return {
    take: (delivery) => stepped('inbox.take', delivery.id, () => inbox.take(delivery)),
    waiting: () => inbox.waiting(),
    done: (id) => stepped('inbox.done', id, () => inbox.done(id)),
  };
}
