import type { ObservedRuntime } from '../../../src/slots/runtime.ts';
import type { Inspected, Listed } from './containers.ts';

/** `app-7@<container>`: the session, and this life of it, because each launch has a container of its own. */
export const handleOf = (session: string, container: string): string => `${session}@${container}`;

export interface End {
  readonly exitCode: number | null;
  /** A sentence where the engine knows more than the code. */
  readonly why: string | null;
}

/** How a container ended; null: it has not. */
export function endOf({ State, HostConfig }: Inspected): End | null {
  if (State.Status !== 'exited' && State.Status !== 'dead') return null;
  const { ExitCode, OOMKilled, Error: error } = State;
  if (OOMKilled && ExitCode !== 0)
    return {
      exitCode: ExitCode,
      why: `It ran out of memory: the container may use ${megabytes(HostConfig.Memory)}. Raise memory: of the runtime, or give the agent less to do at once.`,
    };
  return { exitCode: ExitCode, why: error === '' ? null : `Docker says: ${error}` };
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MB`;

/** What a listing says of a session. `end` of a container that is over; null there: it could not be read yet. */
export function observed(
  session: string,
  container: Listed,
  end: End | null,
  at: number,
): ObservedRuntime {
  const handle = handleOf(session, container.Id);
  const fact = { exitCode: null, pid: null, handle, at } as const;
  switch (container.State) {
    case 'exited':
    case 'dead':
      return {
        id: session,
        handle,
        fact:
          end === null
            ? { ...fact, state: 'unknown' }
            : {
                ...fact,
                state: 'exited',
                exitCode: end.exitCode,
                ...(end.why === null ? {} : { why: end.why }),
              },
      };
    case 'created':
      return { id: session, handle, fact: { ...fact, state: 'starting' } };
    // Paused ones go on when somebody lets them; one that is being removed is gone in the next look.
    default:
      return { id: session, handle, fact: { ...fact, state: 'alive' } };
  }
}
