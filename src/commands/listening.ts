/** Whose words in a session's threads are for its agent. */
import { kvStore } from '../db/kv-store.ts';
import type { Db } from '../db/open.ts';
import type { Listens } from '../domain/session/chat-place.ts';

/** Null: nobody said so, and the thread and the project decide. */
export function listening(db: Db, session: string): Listens | null {
  const said = kvStore(db, 'listening').get(session);
  return said === 'all' || said === 'mentions' ? said : null;
}

export const setListening = (db: Db, session: string, to: Listens): void =>
  kvStore(db, 'listening').set(session, to);
