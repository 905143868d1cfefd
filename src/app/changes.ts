import type { Reader } from '../commands/reader.ts';
import type { EventView } from '../commands/views.ts';
import { readEvents } from '../db/event-store.ts';
import type { Db } from '../db/open.ts';
import { lastSeq } from '../db/sequence.ts';
import { sessionsChangedAfter } from '../db/session-store.ts';
import type { Change, Changes } from '../http/deps.ts';
import type { Dispatch } from '../lifecycle/dispatch.ts';
import type { MessageStore } from '../slots/message-store.ts';

/** Everything that changed after a sequence number: sessions, events and messages of the web chat. */
export function changesOf({
  db,
  dispatch,
  messages,
  reader,
}: {
  readonly db: Db;
  readonly dispatch: Dispatch;
  readonly messages: MessageStore;
  readonly reader: Pick<Reader, 'sessionsOf'>;
}): Changes {
  const changedSessions = (seq: number, limit: number): readonly Change[] => {
    const changed = sessionsChangedAfter(db, seq, limit);
    const views = new Map(
      reader.sessionsOf(changed.map(({ id }) => id)).map((view) => [view.id, view]),
    );
    return changed.flatMap(({ id, version }): readonly Change[] => {
      const data = views.get(id);
      return data === undefined ? [] : [{ type: 'session', seq: version, data }];
    });
  };
  return {
    sources: [
      { after: changedSessions },
      {
        after: (seq, limit) =>
          readEvents(db, { after: seq, limit }).map(
            (event): Change => ({ type: 'event', seq: event.seq, data: event as EventView }),
          ),
      },
      {
        after: (seq, limit) =>
          messages
            .changedAfter(seq, limit)
            .map((message): Change => ({ type: 'message', seq: message.seq, data: message })),
      },
    ],
    latest: () => lastSeq(db),
    subscribe(listener) {
      const offs = [dispatch.onChange(listener), messages.onChange(listener)];
      return () => {
        for (const off of offs) off();
      };
    },
  };
}
