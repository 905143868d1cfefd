import type { SessionView } from '../../commands/views.ts';
import type { Place } from '../../domain/merge/review-threads.ts';
import type { SessionEvent } from '../../domain/session/event.ts';
import type { Block, Button } from '../../slots/chat.ts';
import { roomFor, shortArgument } from '../words/button-id.ts';
import { NO_LINKS } from '../words/links.ts';
import { button, buttons } from '../words/message.ts';
import { reactionPin } from '../words/pin.ts';
import { oneLine } from '../words/wording.ts';
import { actionButton, changesButton } from './action-buttons.ts';
import { budgetButtons } from './budget-buttons.ts';
import { escalationButtons } from './escalation-buttons.ts';
import { requestControls } from './request-card.ts';
import { threadRow } from './review-thread-buttons.ts';

export function buttonRows(event: SessionEvent, session: SessionView): readonly Block[] {
  if (event.type === 'request.failed') {
    const request = session.openRequests.find((one) => one.id === event.request);
    return request === undefined ? [] : requestControls(request, session.id);
  }
  if (event.type === 'escalation.raised' && event.key === 'agent-needs-input') {
    const open = session.openRequests.filter((request) => request.answer === null);
    return [
      ...open.flatMap((request) => requestControls(request, session.id)),
      ...buttons(escalationButtons(event.key, session).slice(1)),
    ];
  }
  return buttons(eventButtons(event, session));
}

function eventButtons(event: SessionEvent, session: SessionView): readonly Button[] {
  const { id } = session;
  const can = (...actions: Parameters<typeof actionButton>[0][]): readonly Button[] =>
    actions
      .filter((action) => session.actions.includes(action))
      .map((action) => actionButton(action, session, NO_LINKS));
  switch (event.type) {
    case 'session.ended':
      return can('undo', 'restore');
    case 'agent.limited':
      return [
        ...(session.status === 'limited' ? [button('Try now', 'resume', id)] : []),
        ...(event.offers ?? []).slice(0, 3).map((agent) => handoffButton(agent, id)),
      ];
    case 'session.paused':
      return event.reason === 'budget' ? budgetButtons(id) : can('resume');
    case 'reaction.fired':
      return event.key === 'budget-warning' ? budgetButtons(id) : [];
    case 'pr.opened':
      return can('ready', 'open_pr', 'diff', 'approve', 'request_changes');
    case 'pr.closed':
      return can('resume', 'done');
    case 'checks.failed':
      return [...checkLogButtons(event, session), ...can('rerun', 'stop')];
    case 'checks.not_run':
      return can('rerun', 'open_pr');
    case 'review.answered':
      return [changesButton(id, event.from), ...can('approve', 'request_changes', 'open_pr')];
    case 'review.changes_requested':
      return threadButtons(event.places ?? [], id);
    case 'steer.queued':
      return [
        ...waitingButtons(event.steer, session),
        button('Remove', 'remove_steer', id, event.steer),
      ];
    case 'steer.failed':
      return [
        button('Retry', 'retry_steer', id, event.steer),
        button('Remove', 'remove_steer', id, event.steer),
      ];
    case 'merge.failed':
      return can('merge', 'open_pr');
    case 'reaction.offered':
      return [
        button(offerLabel(event), 'react', id, reactionPin(event.key, id, session.pr), {
          style: 'primary',
        }),
      ];
    case 'escalation.raised':
      return escalationButtons(event.key, session);
    default:
      return [];
  }
}

/** Of one thread at once, of several behind a list. Events of earlier versions name none: then the words go to the agent. */
function threadButtons(places: readonly Place[], id: string): readonly Button[] {
  const [only, second] = places;
  if (only === undefined) return [button('Reply', 'reply', id, '')];
  if (second !== undefined)
    return [
      button(`Reply or resolve…`, 'threads', id),
      button('Resolve all', 'resolve_thread', id, 'all'),
    ];
  return threadRow(id, only.id);
}

/** On the spot, without another question: the agent that hit its limit does nothing anyway. */
const handoffButton = (agent: string, session: string): Button =>
  button(
    `Continue with ${oneLine(agent, 40)} now`,
    'handoff',
    session,
    shortArgument(agent, roomFor('handoff', session)),
  );

const offerLabel = ({
  key,
  action,
  because,
}: Extract<SessionEvent, { type: 'reaction.offered' }>): string =>
  key === 'ci-failed' && because?.type === 'fork'
    ? 'Send the log to the agent'
    : (OFFER_LABELS[action] ?? 'Do it');

const OFFER_LABELS: Readonly<Record<string, string>> = {
  'send-to-agent': 'Send to the agent',
  merge: 'Merge',
  'rerun-checks': 'Rerun checks',
  'update-branch': 'Update the branch',
  'mark-ready': 'Mark as ready',
  resume: 'Resume',
  kill: 'Kill',
  spawn: 'Start a session',
};

function checkLogButtons(
  event: Extract<SessionEvent, { type: 'checks.failed' }>,
  session: SessionView,
): readonly Button[] {
  const check = event.failing[0];
  if (check === undefined) return [];
  return [
    button(
      'Full log',
      'check_log',
      session.id,
      shortArgument(check.name, roomFor('check_log', session.id)),
    ),
  ];
}

/** Typing into an open dialog would answer it blindly: then only answering on purpose is offered. */
function waitingButtons(steer: string, session: SessionView): readonly Button[] {
  const open = session.openRequests.filter((request) => request.answer === null);
  if (open.length === 0) return [button('Send now', 'steer_now', session.id, steer)];
  return open.some((request) => request.freeText)
    ? [button('Send instead as the answer', 'steer_as_answer', session.id, steer)]
    : [];
}
