import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

/** Messages of the built-in web chat, which has no platform behind it. */
export const webMessages = sqliteTable(
  'web_messages',
  {
    id: text('id').primaryKey(),
    seq: integer('seq').notNull(),
    channel: text('channel').notNull(),
    thread: text('thread'),
    session: text('session'),
    key: text('key'),
    at: integer('at').notNull(),
    data: text('data').notNull(),
  },
  (table) => [
    uniqueIndex('web_messages_key').on(table.key),
    index('web_messages_thread').on(table.thread, table.at),
    index('web_messages_channel').on(table.channel, table.at),
    index('web_messages_seq').on(table.seq),
  ],
);
