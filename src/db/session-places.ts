/** Where sessions live, asked of the tables: which runtimes and workspaces are still needed, whatever the configuration names. */
import { and, eq, exists, inArray, isNotNull, isNull, or, sql } from 'drizzle-orm';
import type { SessionPlace } from '../domain/session/place.ts';
import type { Db } from './open.ts';
import { outbox, sessions } from './schema/tables.ts';

/**
 * Sessions of earlier versions don't say where they live: they get what the configuration says for their project now, once. `at` is
 * seen when the agent is found.
 */
export function fillPlaces(
  db: Db,
  placeOf: (project: string) => Pick<SessionPlace, 'runtime' | 'workspace'>,
): void {
  const projects = db
    .selectDistinct({ project: sessions.project })
    .from(sessions)
    .where(isNull(sessions.runtime))
    .all();
  for (const { project } of projects) {
    const { runtime, workspace } = placeOf(project);
    const place: SessionPlace = { runtime, workspace, at: null };
    db.update(sessions)
      .set({ data: sql`json_set(${sessions.data}, '$.place', json(${JSON.stringify(place)}))` })
      .where(and(eq(sessions.project, project), isNull(sessions.runtime)))
      .run();
  }
}

/** Names of the runtimes of sessions that live, or of which something is still to be done. */
export const runtimesInUse = (db: Db): readonly string[] =>
  db
    .selectDistinct({ name: sessions.runtime })
    .from(sessions)
    .where(
      and(
        isNotNull(sessions.runtime),
        or(
          isNull(sessions.endedAt),
          exists(
            db
              .select({ id: outbox.id })
              .from(outbox)
              .where(
                and(eq(outbox.session, sessions.id), inArray(outbox.state, ['pending', 'running'])),
              ),
          ),
        ),
      ),
    )
    .all()
    .flatMap(({ name }) => (typeof name === 'string' ? [name] : []));

/** Names of the workspace plugins that sessions of the project were ever made with. */
export const workspacesInUse = (db: Db, project: string): readonly string[] =>
  db
    .selectDistinct({ name: sessions.workspace })
    .from(sessions)
    .where(and(eq(sessions.project, project), isNotNull(sessions.workspace)))
    .all()
    .flatMap(({ name }) => (typeof name === 'string' ? [name] : []));
