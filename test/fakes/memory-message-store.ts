import type { MessageStore, NewMessage, StoredMessage } from '../../src/slots/message-store.ts';

/** `nextSeq` is shared with events and sessions where a test has those too; a counter of its own otherwise. */
export function createMemoryMessageStore(nextSeq: () => number = counter()): MessageStore {
  const rows = new Map<string, StoredMessage>();
  const listeners = new Set<(message: StoredMessage) => void>();

  const save = (message: StoredMessage): StoredMessage => {
    rows.set(message.id, message);
    for (const listener of [...listeners]) listener(message);
    return message;
  };
  const findByKey = (key: string): StoredMessage | null =>
    rows.values().find((row) => row.key === key) ?? null;
  const page = (
    keep: (row: StoredMessage) => boolean,
    { limit, before }: { limit: number; before: number | null },
  ): StoredMessage[] =>
    [...rows.values()]
      .filter((row) => keep(row) && (before === null || row.at < before))
      .sort((a, b) => a.at - b.at)
      .slice(-limit);

  return {
    insert(message: NewMessage) {
      const there = rows.get(message.id) ?? (message.key === null ? null : findByKey(message.key));
      return (
        there ??
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
      const row = rows.get(id);
      return row ? save({ ...row, ...change, seq: nextSeq() }) : null;
    },
    get: (id) => rows.get(id) ?? null,
    findByKey,
    thread: (thread, slice) => [
      ...[rows.get(thread)].filter((row) => row !== undefined),
      ...page((row) => row.thread === thread && row.id !== thread, slice),
    ],
    channel: (channel, slice) =>
      page(
        (row) => row.channel === channel && (row.thread === null || row.thread === row.id),
        slice,
      ),
    changedAfter: (seq, limit) =>
      [...rows.values()]
        .filter((row) => row.seq > seq)
        .sort((a, b) => a.seq - b.seq)
        .slice(0, limit),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function counter(): () => number {
  let seq = 0;
  return () => ++seq;
}
