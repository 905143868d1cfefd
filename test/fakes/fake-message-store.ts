/** The message store in memory, with the same rules as the real one: unique keys, growing sequence, paging by time and order. */
import {
  type MessagePage,
  type MessageStore,
  type NewMessage,
  type StoredMessage,
  visibleTo,
} from '../../src/slots/message-store.ts';

export function fakeMessageStore(nextSeq: () => number): MessageStore {
  const rows = new Map<string, StoredMessage>();
  const listeners = new Set<(message: StoredMessage) => void>();
  const save = (message: StoredMessage): StoredMessage => {
    rows.set(message.id, message);
    for (const listener of listeners) listener(message);
    return message;
  };
  const page = (
    fits: (message: StoredMessage) => boolean,
    { limit, before, beforeId, reader }: MessagePage,
  ): readonly StoredMessage[] => {
    const stored = [...rows.keys()];
    const isBefore = ({ id, at }: StoredMessage): boolean =>
      before === null ||
      at < before ||
      (at === before && beforeId != null && stored.indexOf(id) < stored.indexOf(beforeId));
    return [...rows.values()]
      .filter(
        (message) =>
          fits(message) &&
          isBefore(message) &&
          (reader === undefined || visibleTo(reader, message)),
      )
      .sort((a, b) => a.at - b.at)
      .slice(-limit);
  };
  return {
    insert(message: NewMessage) {
      const known =
        rows.get(message.id) ??
        [...rows.values()].find((row) => row.key !== null && row.key === message.key);
      return (
        known ??
        save({
          ...message,
          seq: nextSeq(),
          reactions: [],
          ended: false,
          editedAt: null,
          deleted: false,
        })
      );
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
    channel: (channel, wanted) =>
      page(
        (message) =>
          message.channel === channel && (message.thread === null || message.thread === message.id),
        wanted,
      ),
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
