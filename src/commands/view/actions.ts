import { undoExpired } from '../../domain/decide/command/start-and-end.ts';
import type { ProjectPolicy } from '../../domain/session/policy.ts';
import type { Snapshot } from '../../domain/session/session.ts';
import type { Status } from '../../domain/session/statuses.ts';
import type { PrView, SessionAction } from '../views.ts';

export function actionsFor(
  snapshot: Snapshot,
  status: Status,
  policy: ProjectPolicy,
  now: number,
  pr: PrView | null,
): readonly SessionAction[] {
  const { session, facts } = snapshot;
  const actions: SessionAction[] = [];
  if (session.ended !== null) {
    if (undoUntil(snapshot, policy, now) !== null)
      actions.push(
        session.ended.cause === 'killed' || session.ended.cause === 'done' ? 'undo' : 'restore',
      );
    if (pr !== null) actions.push('open_pr', 'diff');
    return actions;
  }
  if (status === 'mergeable') actions.push('merge');
  if (pr?.state === 'open' && policy.scm.review && status !== 'mergeable') actions.push('approve');
  if (pr?.state === 'open' && policy.scm.review) actions.push('request_changes');
  if (facts.runtime?.state === 'alive')
    actions.push(
      session.paused === null ? 'stop' : 'resume',
      ...(session.paused === null && status === 'limited' ? (['resume'] as const) : []),
      'interrupt',
      'terminal',
      'logs',
    );
  else if (session.paused !== null) actions.push('resume');
  if (pr !== null) actions.push('open_pr');
  if (session.workspace !== null) actions.push('diff');
  if (pr?.state === 'open' && pr.draft) actions.push('ready');
  if (pr?.state === 'open' && policy.scm.rerun) actions.push('rerun');
  if (session.paused === null) actions.push('pause');
  // To another agent, or to somebody else of the chat.
  if (policy.threadReaches || policy.otherAgents.some((name) => name !== session.agent))
    actions.push('handoff');
  actions.push('done', 'kill', session.muted ? 'unmute' : 'mute');
  return actions;
}

export function undoUntil(snapshot: Snapshot, policy: ProjectPolicy, now: number): number | null {
  const { ended } = snapshot.session;
  if (ended === null || ended.cause === 'merged' || undoExpired(snapshot, policy.undoDays, now))
    return null;
  return ended.at + policy.undoDays * 86_400_000;
}
