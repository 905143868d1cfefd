import type { Clock } from '../../lib/clock.ts';
import type { Dispatch } from '../dispatch.ts';
import { whenWritable } from '../when-writable.ts';

/** Notices that the last live session of a project ended. Looks once at start too: the bot may have stopped in between. */
export function createProjectObserver(parts: { dispatch: Dispatch; clock: Clock }): {
  start(): void;
  stop(): void;
} {
  const { dispatch, clock } = parts;
  let off: (() => void) | null = null;

  const look = (project: string): void => {
    const sessions = dispatch
      .all()
      .filter(
        (snapshot) => snapshot.session.project === project && snapshot.session.role === 'worker',
      );
    const last = sessions
      .toSorted((a, b) => (a.session.ended?.at ?? 0) - (b.session.ended?.at ?? 0))
      .at(-1);
    if (last === undefined || sessions.some((snapshot) => snapshot.session.ended === null)) return;
    // Told of this end already.
    if ((last.facts.projectComplete ?? -1) >= (last.session.ended?.at ?? 0)) return;
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
      for (const project of new Set(dispatch.all().map((snapshot) => snapshot.session.project)))
        look(project);
    },
    stop() {
      off?.();
      off = null;
    },
  };
}
