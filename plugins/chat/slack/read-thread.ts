import { unreadFiles } from '../../../src/lib/forwarded.ts';
import type { ChatPlugin, ThreadMessage } from '../../../src/slots/chat.ts';
import type { SlackApi } from './api.ts';
import type { Identity } from './identity.ts';
import { readWhole } from './inbound/read-body.ts';
import { filesOf } from './inbound/read-message.ts';
import type { WireMessage } from './inbound/wire.ts';
import type { People } from './people.ts';
import { timeOf } from './places.ts';

/** Slack gives at most so many at once. */
const PAGE = 200;
/** Pages of the longest thread that is read to its end. */
const PAGES = 15;
/** More people than this are not looked up for one text. */
const NAMES = 40;

type ReadThread = NonNullable<ChatPlugin['readThread']>;
type Written = Omit<WireMessage, 'channel' | 'type'> & { readonly username?: string };

/** Joins and other notes of Slack itself are nobody's words. */
const SAID: ReadonlySet<string | undefined> = new Set([
  undefined,
  'file_share',
  'thread_broadcast',
  'bot_message',
  'me_message',
]);

/** What people and programs said in a thread, with the names people go by. */
export function createReadThread(parts: {
  readonly api: SlackApi;
  readonly people: Pick<People, 'nameOf' | 'user'>;
  readonly identity: () => Promise<Identity>;
}): ReadThread {
  return async ({ channel, thread }, { after, before, limit }) => {
    const { botUserId } = await parts.identity();
    const found = await allReplies(parts.api, channel, thread, after, before);
    const [first] = found;
    const newest = found.slice(-limit);
    const kept =
      first === undefined || newest.includes(first) ? newest : [first, ...newest.slice(1)];
    const named = kept.flatMap(({ user, text = '' }) => [
      ...(user === undefined ? [] : [user]),
      ...[...text.matchAll(/<@([A-Z0-9]+)/g)].map((match) => match[1] ?? ''),
    ]);
    // Whose name Slack can't say right now goes by their id.
    await Promise.allSettled(
      [...new Set(named)].slice(0, NAMES).map((id) => parts.people.user(id, null, id)),
    );
    return kept.map((message) => asSaid(message, botUserId, parts.people.nameOf));
  };
}

async function allReplies(
  api: SlackApi,
  channel: string,
  ts: string,
  after: string | null,
  before: string,
): Promise<readonly Written[]> {
  const found: Written[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < PAGES; page += 1) {
    const told = (await api.callPatiently('read', 'conversations.replies', {
      channel,
      ts,
      limit: PAGE,
      latest: before,
      ...(after === null ? {} : { oldest: after }),
      ...(cursor === undefined ? {} : { cursor }),
    })) as {
      messages?: readonly Written[];
      response_metadata?: { next_cursor?: string };
    };
    found.push(...(told.messages ?? []));
    cursor = told.response_metadata?.next_cursor;
    if (cursor === undefined || cursor === '') break;
  }
  const isIn = ({ ts: at, subtype, hidden }: Written): boolean =>
    Number(at) < Number(before) &&
    (after === null || Number(at) > Number(after)) &&
    hidden !== true &&
    SAID.has(subtype);
  return found.filter(isIn).toSorted((a, b) => Number(a.ts) - Number(b.ts));
}

function asSaid(
  message: Written,
  botUserId: string,
  nameOf: (user: string) => string,
): ThreadMessage {
  const { user, username, ts } = message;
  const gone = (message.files ?? []).filter(({ mode }) => mode === 'tombstone');
  return {
    id: ts,
    who: username ?? (user === undefined ? 'a program' : nameOf(user)),
    at: timeOf(ts),
    text: [readWhole(message, nameOf), unreadFiles(gone.map(({ name, id }) => name ?? id))]
      .filter((part) => part !== '')
      .join('\n'),
    files: filesOf(message),
    own: user === botUserId,
  };
}
