import { GatewayDispatchEvents as Event, type GatewayDispatchPayload } from 'discord.js';
import type { ChatEvents } from '../../../../src/slots/chat.ts';
import type { Records } from '../records.ts';

/** Tells of threads of ao's that Discord says are gone. To be called before the packet is dealt with, which forgets them. */
export function tellLost(
  packet: GatewayDispatchPayload,
  records: Pick<Records, 'thread'>,
  lost: ChatEvents['lost'],
): void {
  switch (packet.t) {
    case Event.ThreadDelete:
    // A thread has the id of the message it hangs on, which in a forum is its first one.
    case Event.MessageDelete: {
      const known = records.thread(packet.d.id);
      if (known !== null) lost({ channel: known.channel, thread: packet.d.id });
      return;
    }
    case Event.ChannelDelete:
      return lost({ channel: packet.d.id, thread: null });
    default:
      // What else Discord tells says nothing of threads.
      return;
  }
}
