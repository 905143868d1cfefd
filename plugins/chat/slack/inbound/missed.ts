import type { SlackApi } from '../api.ts';
import { isSlackError } from '../errors.ts';
import type { WireBody, WireMessage } from './wire.ts';

const PAGE = 200;

/**
 * What was written in a thread after `last`, oldest first, as Slack would have delivered it. Null: the thread is gone. Slack
 * gives up delivering after some minutes; what was said meanwhile is only in the thread.
 */
export async function missedMessages(
  api: SlackApi,
  where: { readonly channel: string; readonly thread: string; readonly last: string },
  botUserId: string,
): Promise<readonly WireBody[] | null> {
  const found: WireMessage[] = [];
  let cursor: string | undefined;
  do {
    try {
      const told = (await api.callPatiently('read', 'conversations.replies', {
        channel: where.channel,
        ts: where.thread,
        oldest: where.last,
        limit: PAGE,
        ...(cursor === undefined ? {} : { cursor }),
      })) as {
        messages?: readonly WireMessage[];
        response_metadata?: { next_cursor?: string };
      };
      found.push(...(told.messages ?? []));
      cursor = told.response_metadata?.next_cursor;
    } catch (error) {
      if (isSlackError(error, 'thread_not_found', 'channel_not_found', 'not_in_channel'))
        return null;
      throw error;
    }
  } while (cursor !== undefined && cursor !== '');
  return found
    .filter(({ ts }) => Number(ts) > Number(where.last))
    .toSorted((a, b) => Number(a.ts) - Number(b.ts))
    .map((message) => ({ event: asEvent(message, where.channel, botUserId) }));
}

/** As `readMessage` expects it: a mention is told by an event of its own. The author of the root is ao. */
const asEvent = (message: WireMessage, channel: string, botUserId: string): WireMessage => {
  const { edited: _, ...plain } = message;
  return {
    ...plain,
    type: message.text?.includes(`<@${botUserId}`) === true ? 'app_mention' : 'message',
    channel,
    channel_type: 'channel',
    parent_user_id: message.parent_user_id ?? botUserId,
  };
};
