/** Searching the sessions that are over: by an index of trigrams, so that a year of them costs no more than a day. */
import { eq, type SQL, sql } from 'drizzle-orm';
import { searchWords } from '../domain/session/search-words.ts';
import type { Snapshot } from '../domain/session/session.ts';
import type { Db } from './open.ts';
import { pullRequests, sessions, sessionWords } from './schema/tables.ts';

/** Fewer characters than this are in no trigram; then the words themselves are looked through. */
const INDEXED = 3;

/** Keeps what a session is found by: from its end on, as long as it isn't brought back. Call inside a transaction. */
export function saveSearchWords(db: Db, after: Snapshot): void {
  const { id, ended } = after.session;
  if (ended === null) {
    db.delete(sessionWords).where(eq(sessionWords.session, id)).run();
    return;
  }
  const words = searchWords(after);
  db.insert(sessionWords)
    .values({ session: id, words })
    .onConflictDoUpdate({ target: sessionWords.session, set: { words } })
    .run();
}

/** Ended sessions with `text` in their words, or with it (`42`, `#42`) as the number of their issue or pull request. */
export function holdsText(text: string): SQL {
  const number = text.trim().replace(/^#/, '');
  return sql`${sessions.id} in (
    select ${sessionWords.session} from ${sessionWords} where ${wordsHold(text)}
    union select ${sessions.id} from ${sessions} where ${sessions.issue} = ${number}
    union select ${pullRequests.session} from ${pullRequests} where ${numberIs(number)})`;
}

const numberIs = (text: string): SQL =>
  /^\d{1,15}$/.test(text) ? sql`${pullRequests.number} = ${Number(text)}` : sql`false`;

function wordsHold(text: string): SQL {
  // No word of the query language of FTS, and no wildcard, means more than itself.
  if ([...text].length >= INDEXED)
    return sql`${sessionWords.id} in (select rowid from session_search where session_search match ${`"${text.replaceAll('"', '""')}"`})`;
  return sql`${sessionWords.words} like ${`%${text.replaceAll(/[\\%_]/g, '\\$&')}%`} escape '\\'`;
}
