import { GatewayDispatchEvents as Event, type GatewayDispatchPayload } from 'discord.js';
import type { ChatEvents } from '../../../../src/slots/chat.ts';
import type { Records } from '../records.ts';

/** Tells of threads of ao's that Discord says are gone. To be called before the packet is dealt with, which forgets them. */
export function tellLost(
  packet: GatewayDispatchPayload,
  records: Pick<Records, 'thread'>,
  lost: ChatEvents['lost'],
): void {
  if (packet.t === Event.ChannelDelete) return lost({ channel: packet.d.id, thread: null });
  // A thread has the id of the message it hangs on, which in a forum is its first one.
  if (packet.t === Event.ThreadDelete || packet.t === Event.MessageDelete) {
    const known = records.thread(packet.d.id);
    if (known !== null) lost({ channel: known.channel, thread: packet.d.id });
  }
}
