import type { Channels } from '../channels.ts';
import type { Records } from '../records.ts';

export interface Where {
  readonly channel: string;
  readonly thread: string | null;
}

/** Channel and thread of a Discord channel id: a thread's channel is its parent. */
export async function whereIs(id: string, records: Records, channels: Channels): Promise<Where> {
  const known = records.thread(id);
  if (known !== null) return { channel: known.channel, thread: id };
  const facts = await channels.facts(id);
  return facts.kind === 'thread' && facts.parent !== null
    ? { channel: facts.parent, thread: id }
    : { channel: id, thread: null };
}

/** A message in a channel that is the root of a session's thread stands for the thread. */
export const atRoot = (where: Where, message: string, records: Records): Where =>
  where.thread === null && records.thread(message) !== null ? { ...where, thread: message } : where;
