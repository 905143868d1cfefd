import type { SessionView } from '../../commands/views.ts';
import type { SessionEvent } from '../../domain/session/event.ts';
import { onceOnly } from './once-only.ts';

export type Verbosity = 'quiet' | 'normal' | 'verbose';

type Loudness = Verbosity | 'never';

export const RANK: Readonly<Record<Loudness, number>> = {
  quiet: 0,
  normal: 1,
  verbose: 2,
  never: 3,
};

/** The lowest verbosity at which an event is posted; total over every event type. */
export function loudness(event: SessionEvent, session: SessionView): Loudness {
  switch (event.type) {
    case 'request.opened':
    case 'request.failed':
    case 'steer.failed':
    case 'pr.merged':
    case 'merge.ready':
    case 'merge.failed':
    case 'pr.closed':
    case 'branch.pushed':
    case 'pr.base_changed':
    case 'base.moved':
    case 'reaction.offered':
    case 'escalation.raised':
    case 'effect.failed':
    case 'effect.retried':
    case 'forge.unreachable':
    case 'forge.moved':
    case 'pr.foreign':
    case 'workspace.trouble':
      return 'quiet';
    case 'session.queued':
    case 'session.started':
    case 'session.undone':
    case 'session.restored':
    case 'session.paused':
    case 'session.resumed':
    case 'session.handed_over':
    case 'session.agent_changed':
    case 'session.taken_over':
    case 'session.muted':
    case 'agent.blocked':
    case 'agent.unreadable':
    case 'agent.limited':
    case 'agent.interrupted':
    case 'steer.as_words':
    case 'pr.opened':
    case 'pr.reopened':
    case 'forge.back':
    case 'checks.failed':
    case 'checks.rerun':
    case 'checks.not_run':
    case 'pr.ready':
    case 'review.answered':
    case 'review.approved':
    case 'review.changes_requested':
    case 'merge.approved':
    case 'merge.approvals_void':
    case 'merge.queued':
    case 'review.replied':
    case 'review.resolved':
    case 'escalation.acknowledged':
    case 'escalation.snoozed':
      return 'normal';
    case 'agent.turn_ended':
      return event.text === null || event.text.trim() === '' ? 'never' : 'normal';
    case 'runtime.started':
      return event.resumed ? 'normal' : 'verbose';
    case 'runtime.exited':
      return event.exitCode === 0 ? 'verbose' : 'normal';
    case 'agent.reported':
      return event.state === 'working' ? 'verbose' : 'normal';
    case 'checks.passed':
      return session.ciRounds > 0 ? 'normal' : 'verbose';
    case 'pr.mergeability':
      return event.to === 'conflicting' ? 'normal' : 'verbose';
    case 'session.ended':
    case 'session.recovered':
    case 'steer.queued':
      return onceOnly(event, session);
    case 'reaction.fired':
      return reactionLoudness(event);
    case 'workspace.created':
    case 'workspace.restored':
    case 'workspace.removed':
      return event.notes === undefined ? 'verbose' : 'normal';
    case 'session.admitted':
    case 'session.status':
    case 'agent.tool':
    case 'steer.typed':
    case 'steer.accepted':
    case 'steer.removed':
    case 'steer.edited':
    case 'pr.pushed':
    case 'merge.started':
    case 'reaction.ended':
    case 'input.refused':
      return 'verbose';
    // The card itself tells it, or the request's card is replaced in place.
    case 'session.spawned':
    case 'request.answered':
      return 'never';
  }
}

/** What another event of the same moment already tells is not told twice. */
function reactionLoudness(event: Extract<SessionEvent, { type: 'reaction.fired' }>): Loudness {
  if (event.action === 'notify')
    return event.key === 'approved-and-green'
      ? 'never'
      : event.priority === 'info'
        ? 'normal'
        : 'quiet';
  if (event.action === 'send-to-agent') return TOLD_ELSEWHERE.has(event.key) ? 'verbose' : 'normal';
  return event.action === 'update-branch' ? 'normal' : 'verbose';
}

const TOLD_ELSEWHERE: ReadonlySet<string> = new Set(['ci-failed', 'changes-requested']);
