import type { ChatEvents } from '../../../../src/slots/chat.ts';
import type { WireMessage } from './wire.ts';

/** Tells of what Slack says is gone, and has the delivery dealt with as ever. */
export const tellingLost =
  <Delivery extends { readonly body: unknown }, Done>(
    receive: (delivery: Delivery) => Done,
    lost: ChatEvents['lost'],
  ): ((delivery: Delivery) => Done) =>
  (delivery) => {
    const { event } = delivery.body as { readonly event?: Partial<WireMessage> };
    const { channel } = event ?? {};
    if (event?.type === 'message' && channel !== undefined) {
      // A thread has the time stamp of the message it hangs on. Replies and people's messages are told too; the host knows the threads.
      if (event.subtype === 'message_deleted' && event.deleted_ts !== undefined)
        lost({ channel, thread: event.deleted_ts });
      if (event.subtype === 'channel_archive' || event.subtype === 'group_archive')
        lost({ channel, thread: null });
    }
    return receive(delivery);
  };
