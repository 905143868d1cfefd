import type { Db } from '../../db/open.ts';
import { lastWorker, sessionCounts } from '../../db/session-history.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Dispatch } from '../dispatch.ts';
import { whenWritable } from '../when-writable.ts';

/** Notices that the last live session of a project ended. Looks once at start too: the bot may have stopped in between. */
export function createProjectObserver(parts: { db: Db; dispatch: Dispatch; clock: Clock }): {
  start(): void;
  stop(): void;
} {
  const { db, dispatch, clock } = parts;
  let off: (() => void) | null = null;

  const look = (project: string): void => {
    const id = lastWorker(db, project);
    const last = id === null ? null : dispatch.snapshot(id);
    if (last === null || last.session.ended === null) return;
    // Told of this end already.
    if ((last.facts.projectComplete ?? -1) >= last.session.ended.at) return;
    dispatch.input(last.session.id, {
      type: 'fact',
      fact: { type: 'project_complete', at: clock.now() },
    });
  };

  return {
    start() {
      off = dispatch.onChange((change) => {
        if (!change.events.some(({ event }) => event.type === 'session.ended')) return;
        queueMicrotask(() => {
          const project = dispatch.snapshot(change.session)?.session.project;
          if (project !== undefined)
            whenWritable(
              clock,
              () => off === null,
              () => look(project),
            );
        });
      });
      for (const project of sessionCounts(db).keys()) look(project);
    },
    stop() {
      off?.();
      off = null;
    },
  };
}
