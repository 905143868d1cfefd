import type { Actor } from '../domain/session/ids.ts';
import type { Snapshot } from '../domain/session/session.ts';
import type { Dispatch } from '../lifecycle/dispatch.ts';

/** The live orchestrator whose agent asks; null for people, for workers and for ao itself. */
export function orchestratorOf(
  parts: { readonly dispatch: Pick<Dispatch, 'snapshot'> },
  actor: Actor,
): Snapshot | null {
  if (actor.via !== 'agent') return null;
  const snapshot = parts.dispatch.snapshot(actor.subject.replace(/^agent:/, ''));
  return snapshot?.session.role === 'orchestrator' && snapshot.session.ended === null
    ? snapshot
    : null;
}
