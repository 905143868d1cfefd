import { faultsOf } from '../../domain/reactions/readiness-conditions.ts';
import type { OutageFact } from '../../domain/session/facts.ts';
import { openPr } from '../../domain/session/pr.ts';
import type { Snapshot } from '../../domain/session/session.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Dispatch } from '../dispatch.ts';

export interface OutageObserver {
  start(): void;
  stop(): void;
}

/**
 * An unpaid bill or a lost runner keeps the checks of many sessions from running. The first session of a project that sees
 * it asks people, and the others say where.
 */
export function createOutageObserver(parts: {
  readonly dispatch: Dispatch;
  readonly clock: Clock;
}): OutageObserver {
  const { dispatch, clock } = parts;
  let off: (() => void) | null = null;

  const look = (id: string): void => {
    const snapshot = dispatch.snapshot(id);
    if (snapshot === null || snapshot.session.ended !== null) return;
    const known = snapshot.facts.outage ?? null;
    const pr = openPr(snapshot);
    const faults = pr === null ? [] : faultsOf(pr);
    if (faults.join() === (known?.faults ?? []).join()) return;
    const fact: OutageFact | null =
      faults.length === 0
        ? null
        : { faults, elsewhere: asksAlready(dispatch.live(), snapshot, faults), at: clock.now() };
    dispatch.input(snapshot.session.id, { type: 'fact', fact: { type: 'outage', fact } });
  };

  return {
    start() {
      off = dispatch.onChange(({ session }) => look(session));
      for (const { session } of dispatch.live()) look(session.id);
    },
    stop() {
      off?.();
      off = null;
    },
  };
}

/** The session of the project in which people are asked about all of these. */
function asksAlready(
  live: readonly Snapshot[],
  { session }: Snapshot,
  faults: readonly string[],
): string | null {
  const asks = live.find(({ session: other, facts }) => {
    if (other.id === session.id || other.project !== session.project) return false;
    const { outage } = facts;
    return (
      outage != null &&
      outage.elsewhere === null &&
      faults.every((one) => outage.faults.includes(one))
    );
  });
  return asks?.session.id ?? null;
}
