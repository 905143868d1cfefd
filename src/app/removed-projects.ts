import { AO } from '../domain/session/ids.ts';
import type { Dispatch } from '../lifecycle/dispatch.ts';

const reasonFor = (project: string): string =>
  `the project ${project} is no longer in ao.yaml. Put it back and start ao again, or kill the session`;

/** Sessions whose project was taken out of the configuration wait until it is back: nothing can be done for them, and nothing of them is lost. */
export function holdRemovedProjects(
  dispatch: Dispatch,
  isConfigured: (project: string) => boolean,
): void {
  for (const { session } of dispatch.live()) {
    const reason = reasonFor(session.project);
    const isHeld = session.paused?.reason === reason;
    if (isConfigured(session.project) && isHeld)
      dispatch.input(session.id, { type: 'command', command: { type: 'resume' }, by: AO });
    else if (!isConfigured(session.project) && session.paused === null)
      dispatch.input(session.id, { type: 'command', command: { type: 'pause', reason }, by: AO });
  }
}
