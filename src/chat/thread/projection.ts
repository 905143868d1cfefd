/** From what changed in a session to what is posted about it. Pure: called inside the transaction that saves the change. */
import type { EventView, SessionView } from '../../commands/views.ts';
import type { ChatMessage } from '../../slots/chat.ts';
import { context } from '../words/message.ts';
import { escapeMarkdown, oneLine } from '../words/wording.ts';
import {
  type CardPayload,
  type ChannelPayload,
  type ChatJob,
  cardJob,
  type FadePayload,
  job,
  jobKey,
  type PostPayload,
  type SessionChange,
  type StatePayload,
  type Target,
  type UpdatePayload,
} from './chat-job.ts';
import { fadingButtons } from './fading-buttons.ts';
import { mergeOverCard, mergeReadyCard } from './merge-card.ts';
import { receipts } from './receipt-jobs.ts';
import { requestCard } from './request-card.ts';
import { postFor } from './timeline.ts';

export function chatJobs(change: SessionChange): readonly ChatJob[] {
  return [
    ...change.targets.flatMap((target) => jobsFor(change, target)),
    ...change.events.flatMap((event) => receipts(change, event)),
  ];
}

function jobsFor(change: SessionChange, target: Target): readonly ChatJob[] {
  const jobs: ChatJob[] = [];
  if (change.isNew)
    jobs.push(
      job(change, target, 'chat.open', 'root', { platform: target.platform } satisfies CardPayload),
    );
  for (const event of change.events)
    jobs.push(
      ...posts(change, target, event),
      ...replacements(change, target, event),
      ...fades(change, target, event),
      ...states(change, target, event),
    );
  jobs.push(cardJob(change.session.id, target));
  return jobs;
}

/** Of posts with the same name before it, the newest is meant. */
export const AGAIN = '@';

/** Posts that are replaced later are named by what they are about; all others by their event. */
function postName(event: EventView): string {
  if (event.event.type === 'request.opened') return `request-${event.event.request}`;
  // The gate may open twice for one commit: each time there is a card that can be pressed.
  if (event.event.type === 'merge.ready') return `merge-${event.event.sha}${AGAIN}${event.seq}`;
  return String(event.seq);
}

function posts(change: SessionChange, target: Target, event: EventView): readonly ChatJob[] {
  const message = postFor(event, change.session, change.verbosity);
  if (message === null) return [];
  const made = [
    job(change, target, 'chat.post', postName(event), {
      platform: target.platform,
      message,
    } satisfies PostPayload),
  ];
  // From the second rung on an escalation is said where the whole team reads.
  if (event.event.type === 'escalation.raised' && event.event.rung === 1) {
    made.push(
      job(change, target, 'chat.channel', String(event.seq), {
        platform: target.platform,
        channel: target.channel,
        message: toldElsewhere(message, change.session),
      } satisfies ChannelPayload),
    );
  }
  return made;
}

/** Outside its thread a post says which session it is about. */
function toldElsewhere(message: ChatMessage, session: SessionView): ChatMessage {
  const about = `**${session.id}** ${escapeMarkdown(oneLine(session.title, 120))}${session.issue === null ? '' : ` (${escapeMarkdown(session.issue)})`}`;
  const [first, ...rest] = message.blocks;
  return {
    ...message,
    text: `${session.id}: ${message.text}`,
    blocks: [...(first === undefined ? [] : [first]), context(about), ...rest],
  };
}

/** A card that was answered, or whose commit is not the head any more, is replaced where it stands. */
function replacements(change: SessionChange, target: Target, event: EventView): readonly ChatJob[] {
  const replace = (name: string, message: ChatMessage): ChatJob =>
    job(change, target, 'chat.update', `${event.seq}-${name}`, {
      platform: target.platform,
      message,
      of: jobKey('chat.post', target.platform, change.session.id, name),
    } satisfies UpdatePayload);
  const { event: happened } = event;
  switch (happened.type) {
    case 'request.answered':
    case 'request.failed': {
      const request = change.requests.find((candidate) => candidate.id === happened.request);
      return request === undefined
        ? []
        : [replace(`request-${request.id}`, requestCard(request, change.session))];
    }
    case 'merge.approved':
      return [replace(`merge-${happened.sha}`, mergeReadyCard(change.session, happened.sha))];
    case 'reaction.ended':
      return happened.key === 'approved-and-green' ? overCards(change, replace) : [];
    case 'pr.merged':
    case 'pr.base_changed':
      return overCards(change, replace);
    case 'session.ended':
      return [
        ...overCards(change, replace),
        ...change.requests
          .filter((request) => request.answer?.state === 'failed')
          .map((request) => replace(`request-${request.id}`, requestCard(request, change.session))),
      ];
    default:
      return [];
  }
}

const overCards = (
  change: SessionChange,
  replace: (name: string, message: ChatMessage) => ChatJob,
): readonly ChatJob[] =>
  [...new Set([...change.session.prs, ...change.replaced].map((pr) => pr.headSha))].map((sha) =>
    replace(`merge-${sha}`, mergeOverCard(change.session, sha)),
  );

/** Buttons that have had their time are taken away where they stand: what is shown can be pressed. */
function fades(change: SessionChange, target: Target, event: EventView): readonly ChatJob[] {
  return fadingButtons(event, change).map((fading, at) =>
    job(change, target, 'chat.fade', `${event.seq}-${at}`, {
      platform: target.platform,
      ...fading,
    } satisfies FadePayload),
  );
}

function states(change: SessionChange, target: Target, event: EventView): readonly ChatJob[] {
  const state =
    event.event.type === 'session.ended'
      ? 'ended'
      : event.event.type === 'session.undone' || event.event.type === 'session.restored'
        ? 'open'
        : null;
  return state === null
    ? []
    : [
        job(change, target, 'chat.state', String(event.seq), {
          platform: target.platform,
          state,
        } satisfies StatePayload),
      ];
}
