import { AO } from '../domain/session/ids.ts';
import type { Session } from '../domain/session/session.ts';
import type { Dispatch } from '../lifecycle/dispatch.ts';
import type { Plugins } from '../lifecycle/plugins.ts';
import { PluginError } from '../slots/errors.ts';

const removed = (project: string): string =>
  `the project ${project} is no longer in ao.yaml. Put it back and start ao again, or kill the session`;

/** How a reason begins that says where a session lives can't be reached by what ao.yaml says. */
const OUT_OF_REACH = 'out of reach: ';

/**
 * Sessions whose project was taken out of the configuration, or whose runtime or workspace was, or means another engine now, wait until it
 * is back: nothing can be done for them, and nothing of them is lost.
 */
export function holdUnreachable(
  dispatch: Dispatch,
  isConfigured: (project: string) => boolean,
  plugins: Pick<Plugins, 'runtime' | 'workspace'>,
): void {
  for (const { session } of dispatch.live()) {
    const reason = isConfigured(session.project)
      ? placeProblem(plugins, session)
      : removed(session.project);
    const isHeld =
      session.paused?.reason === removed(session.project) ||
      session.paused?.reason.startsWith(OUT_OF_REACH) === true;
    if (reason === null && isHeld)
      dispatch.input(session.id, { type: 'command', command: { type: 'resume' }, by: AO });
    else if (
      reason !== null &&
      (session.paused === null || (isHeld && session.paused.reason !== reason))
    )
      dispatch.input(session.id, { type: 'command', command: { type: 'pause', reason }, by: AO });
  }
}

/** Why the session can't be reached where it lives; null: it can. */
function placeProblem(
  { runtime, workspace }: Pick<Plugins, 'runtime' | 'workspace'>,
  session: Session,
): string | null {
  try {
    runtime(session);
    workspace(session);
    return null;
  } catch (error) {
    if (error instanceof PluginError) return `${OUT_OF_REACH}${error.message}`;
    throw error;
  }
}
