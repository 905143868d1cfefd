import { and, asc, desc, eq, gt, isNull, lt, ne, not, or, type SQL, sql } from 'drizzle-orm';
import {
  type MessagePage,
  type MessageStore,
  type NewMessage,
  type StoredMessage,
  whisperPrefix,
} from '../slots/message-store.ts';
import { given, keptQuery, named } from './kept-query.ts';
import type { Db } from './open.ts';
import { webMessages } from './schema/tables.ts';
import { nextSeq } from './sequence.ts';

const read = (row: { data: string; seq: number }): StoredMessage => ({
  ...(JSON.parse(row.data) as StoredMessage),
  seq: row.seq,
});

const messageById = keptQuery((db) =>
  db
    .select()
    .from(webMessages)
    .where(eq(webMessages.id, sql.placeholder('id')))
    .prepare(),
);
const messageByKey = keptQuery((db) =>
  db
    .select()
    .from(webMessages)
    .where(eq(webMessages.key, sql.placeholder('key')))
    .prepare(),
);
const insertMessage = keptQuery((db) =>
  db
    .insert(webMessages)
    .values(named('id', 'seq', 'channel', 'thread', 'session', 'key', 'at', 'data'))
    .prepare(),
);
const replaceMessage = keptQuery((db) =>
  db
    .update(webMessages)
    .set({ seq: given('seq'), data: given('data') })
    .where(eq(webMessages.id, sql.placeholder('id')))
    .prepare(),
);

/** Messages of the built-in web chat in SQLite. */
export function webMessageStore(db: Db): MessageStore {
  const listeners = new Set<(message: StoredMessage) => void>();
  const tell = (message: StoredMessage): StoredMessage => {
    for (const listener of listeners) listener(message);
    return message;
  };
  const get = (id: string): StoredMessage | null => {
    const row = messageById(db).get({ id });
    return row === undefined ? null : read(row);
  };
  const findByKey = (key: string): StoredMessage | null => {
    const row = messageByKey(db).get({ key });
    return row === undefined ? null : read(row);
  };
  return {
    get,
    findByKey,
    insert(message) {
      const made = db.transaction(() => insert(db, message, get, findByKey));
      return made.fresh ? tell(made.message) : made.message;
    },
    update(id, change) {
      const next = db.transaction(() => {
        const before = get(id);
        if (before === null) return null;
        const after: StoredMessage = { ...before, ...change, seq: nextSeq(db) };
        replaceMessage(db).run({ id, seq: after.seq, data: JSON.stringify(after) });
        return after;
      });
      return next === null ? null : tell(next);
    },
    thread(thread, page) {
      const root = get(thread);
      const others = pageOf(
        db,
        and(eq(webMessages.thread, thread), ne(webMessages.id, thread)),
        page,
      );
      return root === null ? others : [root, ...others];
    },
    channel: (channel, page) =>
      pageOf(
        db,
        and(
          eq(webMessages.channel, channel),
          or(isNull(webMessages.thread), eq(webMessages.thread, webMessages.id)),
        ),
        page,
      ),
    changedAfter: (seq, limit) =>
      db
        .select()
        .from(webMessages)
        .where(gt(webMessages.seq, seq))
        .orderBy(asc(webMessages.seq))
        .limit(limit)
        .all()
        .map(read),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function insert(
  db: Db,
  message: NewMessage,
  get: (id: string) => StoredMessage | null,
  findByKey: (key: string) => StoredMessage | null,
): { fresh: boolean; message: StoredMessage } {
  const known = get(message.id) ?? (message.key === null ? null : findByKey(message.key));
  if (known !== null) return { fresh: false, message: known };
  const stored: StoredMessage = {
    ...message,
    seq: nextSeq(db),
    reactions: [],
    ended: false,
    editedAt: null,
    deleted: false,
  };
  const { id, seq, channel, thread, session, key, at } = stored;
  const data = JSON.stringify(stored);
  insertMessage(db).run({ id, seq, channel, thread, session, key, at, data });
  return { fresh: true, message: stored };
}

/** Newest first by time, and by the order they were stored in where that is the same. */
function pageOf(db: Db, where: SQL | undefined, page: MessagePage): readonly StoredMessage[] {
  const rows = db
    .select()
    .from(webMessages)
    .where(and(where, isBefore(page), isFor(page.reader)));
  return rows
    .orderBy(desc(webMessages.at), desc(sql`rowid`))
    .limit(page.limit)
    .all()
    .map(read)
    .reverse();
}

function isBefore({ before, beforeId }: MessagePage): SQL | undefined {
  if (before === null) return undefined;
  const earlier = lt(webMessages.at, before);
  if (beforeId == null) return earlier;
  return or(
    earlier,
    and(
      eq(webMessages.at, before),
      sql`rowid < (select rowid from ${webMessages} where ${webMessages.id} = ${beforeId})`,
    ),
  );
}

const beginsWith = (prefix: string): SQL =>
  sql`substr(${webMessages.id}, 1, ${prefix.length}) = ${prefix}`;
const isFor = (reader: string | undefined): SQL | undefined =>
  reader === undefined
    ? undefined
    : or(not(beginsWith(whisperPrefix())), beginsWith(whisperPrefix(reader)));
