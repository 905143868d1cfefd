import { and, asc, desc, eq, gt, isNull, lt, ne, or } from 'drizzle-orm';
import type { MessageStore, NewMessage, StoredMessage } from '../slots/message-store.ts';
import type { Db } from './open.ts';
import { webMessages } from './schema/tables.ts';
import { nextSeq } from './sequence.ts';

const read = (row: { data: string; seq: number }): StoredMessage => ({ ...(JSON.parse(row.data) as StoredMessage), seq: row.seq });

/** Messages of the built-in web chat in SQLite. */
export function webMessageStore(db: Db): MessageStore {
  const listeners = new Set<(message: StoredMessage) => void>();
  const tell = (message: StoredMessage): StoredMessage => {
    for (const listener of listeners) listener(message);
    return message;
  };
  const get = (id: string): StoredMessage | null => {
    const row = db.select().from(webMessages).where(eq(webMessages.id, id)).get();
    return row === undefined ? null : read(row);
  };
  const findByKey = (key: string): StoredMessage | null => {
    const row = db.select().from(webMessages).where(eq(webMessages.key, key)).get();
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
        db.update(webMessages)
          .set({ seq: after.seq, data: JSON.stringify(after) })
          .where(eq(webMessages.id, id))
          .run();
        return after;
      });
      return next === null ? null : tell(next);
    },
    thread(thread, page) {
      const root = get(thread);
      const others = pageOf(db, and(eq(webMessages.thread, thread), ne(webMessages.id, thread)), page);
      return root === null ? others : [root, ...others];
    },
    channel: (channel, page) => pageOf(db, and(eq(webMessages.channel, channel), or(isNull(webMessages.thread), eq(webMessages.thread, webMessages.id))), page),
    changedAfter: (seq, limit) => db.select().from(webMessages).where(gt(webMessages.seq, seq)).orderBy(asc(webMessages.seq)).limit(limit).all().map(read),
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
  const stored: StoredMessage = { ...message, seq: nextSeq(db), reactions: [], ended: false, editedAt: null, deleted: false };
  const { id, seq, channel, thread, session, key, at } = stored;
  db.insert(webMessages)
    .values({ id, seq, channel, thread, session, key, at, data: JSON.stringify(stored) })
    .run();
  return { fresh: true, message: stored };
}

function pageOf(db: Db, where: ReturnType<typeof and>, page: { limit: number; before: number | null }): readonly StoredMessage[] {
  const wanted = page.before === null ? where : and(where, lt(webMessages.at, page.before));
  return db.select().from(webMessages).where(wanted).orderBy(desc(webMessages.at), desc(webMessages.seq)).limit(page.limit).all().map(read).reverse();
}
