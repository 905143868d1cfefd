import type Database from 'better-sqlite3';

/** More than the bot has; lists of values in a condition make a text per length. */
const MOST = 500;

/**
 * Lets a client keep its prepared statements by their text, the latest 500. drizzle prepares anew at each call, which was a third of
 * what a small query costs. SQLite prepares a kept one again by itself when the schema changed.
 */
export function keepStatements(client: Database.Database): void {
  const prepare = client.prepare.bind(client);
  const kept = new Map<string, Database.Statement>();
  client.prepare = ((text: string): Database.Statement => {
    const known = kept.get(text);
    const statement = known ?? prepare(text);
    kept.delete(text);
    kept.set(text, statement);
    // Who had it last may have asked for arrays.
    if (known?.reader === true) known.raw(false);
    const [oldest] = kept.keys();
    if (kept.size > MOST && oldest !== undefined) kept.delete(oldest);
    return statement;
  }) as typeof client.prepare;
}
