/** Which events are posted in the thread, and how: the event's one line with what belongs to it. */

import type { EventView, SessionView } from '../../commands/views.ts';
import type { Place } from '../../domain/merge/review-threads.ts';
import type { SessionEvent } from '../../domain/session/event.ts';
import { findExcerpt } from '../../domain/text/excerpt.ts';
import type { Block, Button, ChatMessage, Markdown } from '../../slots/chat.ts';
import { agentSpeech } from '../words/agent-speech.ts';
import { roomFor, shortArgument } from '../words/button-id.ts';
import { NO_LINKS } from '../words/links.ts';
import { button, buttons, code, post } from '../words/message.ts';
import { reactionPin } from '../words/pin.ts';
import { escapeMarkdown, link, oneLine } from '../words/wording.ts';
import { actionButton, changesButton } from './action-buttons.ts';
import { budgetButtons } from './budget-buttons.ts';
import { escalationButtons } from './escalation-buttons.ts';
import { eventText } from './event-text.ts';
import { mergeReadyCard } from './merge-card.ts';
import { requestCard, requestControls } from './request-card.ts';
import { threadRow } from './review-thread-buttons.ts';
import { remarkBlocks } from './review-words.ts';

export type Verbosity = 'quiet' | 'normal' | 'verbose';

/** The post for an event, or null when this verbosity doesn't tell it. A muted thread is quiet. */
export function postFor(
  view: EventView,
  session: SessionView,
  verbosity: Verbosity,
): ChatMessage | null {
  const level = session.muted ? 'quiet' : verbosity;
  if (RANK[level] < RANK[loudness(view.event, session)]) return null;
  return compose(view, session);
}

type Loudness = Verbosity | 'never';
const RANK: Readonly<Record<Loudness, number>> = { quiet: 0, normal: 1, verbose: 2, never: 3 };

/** The lowest verbosity at which an event is posted; total over every event type. */
function loudness(event: SessionEvent, session: SessionView): Loudness {
  switch (event.type) {
    case 'request.opened':
    case 'request.failed':
    case 'steer.failed':
    case 'session.ended':
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
    case 'session.recovered':
    case 'session.muted':
    case 'agent.blocked':
    case 'agent.unreadable':
    case 'agent.limited':
    case 'agent.interrupted':
    case 'steer.as_words':
    case 'pr.opened':
    case 'pr.reopened':
    case 'forge.back':
    case 'pr.merged':
    case 'checks.failed':
    case 'checks.rerun':
    case 'checks.not_run':
    case 'pr.ready':
    case 'review.answered':
    case 'review.approved':
    case 'review.changes_requested':
    case 'merge.approved':
    case 'merge.approvals_void':
    case 'merge.started':
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
    case 'steer.queued':
      return waitsVisibly(event.steer, session) ? 'normal' : 'never';
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
    case 'reaction.ended':
    case 'input.refused':
      return 'verbose';
    // The card itself tells it, or the request's card is replaced in place.
    case 'session.spawned':
    case 'request.answered':
      return 'never';
  }
}

/** A message of a person that can't go out now; one that is typed at once needs no post, its receipt tells. */
function waitsVisibly(id: string, session: SessionView): boolean {
  const steer = session.steers.find((one) => one.id === id);
  const busy = session.status !== 'idle' && session.stage === 'running';
  return (
    steer !== undefined &&
    steer.kind === 'human' &&
    steer.state === 'queued' &&
    steer.position !== null &&
    (busy || steer.position > 1)
  );
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

function compose(view: EventView, session: SessionView): ChatMessage | null {
  const { event } = view;
  switch (event.type) {
    case 'agent.turn_ended':
      return event.text === null ? null : agentSpeech(event.text);
    case 'request.opened': {
      const request = session.openRequests.find((one) => one.id === event.request);
      return request === undefined ? null : requestCard(request, session);
    }
    case 'merge.ready':
      return mergeReadyCard(session, event.sha);
    case 'review.answered':
      return { ...plain(view, session), mention: event.to };
    case 'base.moved':
      return event.kind === 'outside'
        ? plain(view, session)
        : { ...plain(view, session), mention: [session.owner.subject] };
    case 'escalation.raised':
    case 'session.handed_over':
      return { ...plain(view, session), mention: [event.to.subject] };
    default:
      return plain(view, session);
  }
}

function plain(view: EventView, session: SessionView): ChatMessage {
  const line = eventText(view.event, session, view.at);
  return post(line, withPrLinks(escapeMarkdown(line), session), [
    ...detailBlocks(view.event),
    ...buttonRows(view.event, session),
  ]);
}

/** Names are links. */
const withPrLinks = (markdown: Markdown, session: SessionView): Markdown =>
  markdown.replace(/PR \\#(\d+)\b/g, (whole, number: string) => {
    const pr = session.prs.find((one) => String(one.number) === number);
    return pr === undefined ? whole : `PR ${link(`#${number}`, pr.url)}`;
  });

const EXCERPT_LINES = 15;

function detailBlocks(event: SessionEvent): readonly Block[] {
  if (event.type === 'review.changes_requested') return remarkBlocks(event);
  if (event.type !== 'checks.failed') return [];
  return event.failing
    .slice(0, 3)
    .flatMap((check) =>
      check.excerpt === null || check.excerpt.trim() === ''
        ? []
        : [
            code(
              event.failing.length === 1 ? null : oneLine(check.name, 60),
              shortExcerpt(check.excerpt),
              true,
            ),
          ],
    );
}

/** The agent gets the whole excerpt; in the thread the first lines about the failure tell a person what it is. */
const shortExcerpt = (excerpt: string): string =>
  findExcerpt(excerpt, { lines: EXCERPT_LINES, chars: 2_000 });

function buttonRows(event: SessionEvent, session: SessionView): readonly Block[] {
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
