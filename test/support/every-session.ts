import type { Db } from '../../src/db/open.ts';
import type { Snapshot } from '../../src/domain/session/session.ts';
import type { Dispatch } from '../../src/lifecycle/dispatch.ts';

/** Every session of the database, ended ones too, the oldest first. The bot itself never asks for that. */
export const everySession = (db: Db, dispatch: Dispatch): readonly Snapshot[] =>
  db.$client
    .prepare<[], { id: string }>('SELECT id FROM sessions ORDER BY created_at, rowid')
    .all()
    .flatMap(({ id }) => dispatch.snapshot(id) ?? []);
