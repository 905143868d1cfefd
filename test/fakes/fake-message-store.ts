/** The message store in memory, with the same rules as the real one: unique keys, growing sequence, paging by `seq`. */
import type { MessageStore, NewMessage, StoredMessage } from '../../src/slots/message-store.ts';

export function fakeMessageStore(nextSeq: () => number): MessageStore {
  const rows = new Map<string, StoredMessage>();
  const listeners = new Set<(message: StoredMessage) => void>();
  const save = (message: StoredMessage): StoredMessage => {
    rows.set(message.id, message);
    for (const listener of listeners) listener(message);
    return message;
  };
  const page = (fits: (message: StoredMessage) => boolean, { limit, before }: { limit: number; before: number | null }): readonly StoredMessage[] =>
    [...rows.values()].filter((message) => fits(message) && (before === null || message.at < before)).slice(-limit);
  return {
    insert(message: NewMessage) {
      const known = rows.get(message.id) ?? [...rows.values()].find((row) => row.key !== null && row.key === message.key);
      return known ?? save({ ...message, seq: nextSeq(), reactions: [], ended: false, editedAt: null, deleted: false });
    },
    update(id, change) {
      const known = rows.get(id);
      return known === undefined ? null : save({ ...known, ...change, seq: nextSeq() });
    },
    get: (id) => rows.get(id) ?? null,
    findByKey: (key) => [...rows.values()].find((row) => row.key === key) ?? null,
    thread: (thread, wanted) => [
      ...page((message) => message.id === thread, { limit: 1, before: null }),
      ...page((message) => message.thread === thread && message.id !== thread, wanted),
    ],
    channel: (channel, wanted) => page((message) => message.channel === channel && (message.thread === null || message.thread === message.id), wanted),
    changedAfter: (seq, limit) =>
      [...rows.values()]
        .filter((message) => message.seq > seq)
        .sort((a, b) => a.seq - b.seq)
        .slice(0, limit),
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
