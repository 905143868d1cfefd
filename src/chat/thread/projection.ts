/** From what changed in a session to what is posted about it. Pure: called inside the transaction that saves the change. */
import type { EventView, RequestView, SessionView } from '../../commands/views.ts';
import type { ChatMessageRef } from '../../domain/session/session.ts';
import type { ChatMessage } from '../../slots/chat.ts';
import { context, textBlock } from '../words/message.ts';
import type { Pinned } from '../words/pin.ts';
import { escapeMarkdown, oneLine } from '../words/wording.ts';
import { fadingButtons } from './fading-buttons.ts';
import { mergeOverCard, mergeReadyCard } from './merge-card.ts';
import { requestCard } from './request-card.ts';
import { postFor, type Verbosity } from './timeline.ts';

/** A job of the outbox, as narrow as chat needs it. */
export interface ChatJob {
  readonly key: string;
  readonly lane: string;
  readonly session: string;
  readonly type: ChatJobType;
  readonly payload: unknown;
  readonly coalesce?: { readonly interval: number };
}

export type ChatJobType =
  | 'chat.open'
  | 'chat.post'
  | 'chat.card'
  | 'chat.update'
  | 'chat.fade'
  | 'chat.react'
  | 'chat.channel'
  | 'chat.state'
  | 'chat.check';

export interface PostPayload {
  readonly platform: string;
  readonly message: ChatMessage;
}
export interface UpdatePayload extends PostPayload {
  /** Key of the post that is replaced, with or without its `@…`: the newest of those. */
  readonly of: string;
}
export interface FadePayload {
  readonly platform: string;
  /** Taken off every post of the session that has one of them. */
  readonly buttons: readonly string[];
  /** Said where they were. */
  readonly note: string | null;
}
export interface ChannelPayload extends PostPayload {
  readonly channel: string;
}
export interface CardPayload {
  readonly platform: string;
}
export interface ReactPayload {
  readonly ref: ChatMessageRef;
  readonly emoji: '👀' | '✅' | '⚠️' | null;
}
export interface StatePayload {
  readonly platform: string;
  readonly state: 'open' | 'ended';
}

export interface Target {
  readonly platform: string;
  readonly channel: string;
  /** Shortest time between two edits of the card, ms. */
  readonly editInterval: number;
}

export interface SessionChange {
  readonly isNew: boolean;
  readonly session: SessionView;
  readonly events: readonly EventView[];
  /** Requests of the session, answered ones too. */
  readonly requests: readonly RequestView[];
  /** Head commits that this change pushed over. */
  readonly replaced: readonly Pinned[];
  /** Where the message of a steer came from, by steer id. */
  readonly sources: ReadonlyMap<string, ChatMessageRef>;
  readonly targets: readonly Target[];
  readonly verbosity: Verbosity;
}

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

/** Newest wins: asked for as often as one likes, drawn at most once per interval. */
export const cardJob = (session: string, target: Target): ChatJob => ({
  key: jobKey('chat.card', target.platform, session, 'live'),
  lane: `card:${target.platform}:${session}`,
  session,
  type: 'chat.card',
  payload: { platform: target.platform } satisfies CardPayload,
  coalesce: { interval: target.editInterval },
});

/** Looks at start whether people left the thread where it was. */
export const checkThreadJob = (session: string, platform: string, start: number): ChatJob => ({
  key: jobKey('chat.check', platform, session, String(start)),
  lane: `check:${platform}:${session}`,
  session,
  type: 'chat.check',
  payload: { platform } satisfies CardPayload,
});

/** In a lane of their own: what waits for the thread must not wait before them. */
export function reopenJobs(
  session: SessionView,
  platform: string,
  note: string | null,
): readonly ChatJob[] {
  const common = { lane: `reopen:${platform}:${session.id}`, session: session.id };
  const open: ChatJob = {
    ...common,
    key: reopenKey(session.id, platform),
    type: 'chat.open',
    payload: { platform } satisfies CardPayload,
  };
  if (note === null) return [open];
  const message: ChatMessage = {
    text: note,
    kind: 'post',
    blocks: [textBlock(escapeMarkdown(note))],
  };
  const again = (name: string, message: ChatMessage): ChatJob => ({
    ...common,
    key: jobKey('chat.post', platform, session.id, `again-${name}`),
    type: 'chat.post',
    payload: { platform, message } satisfies PostPayload,
  });
  // What is still open is asked again where people can answer it.
  const asked = session.openRequests.map((request) =>
    again(`request-${request.id}`, requestCard(request, session)),
  );
  return [open, again('note', message), ...asked];
}

export const reopenKey = (session: string, platform: string): string =>
  jobKey('chat.open', platform, session, 'again');

const job = (
  change: SessionChange,
  target: Target,
  type: ChatJobType,
  name: string,
  payload: unknown,
): ChatJob => ({
  key: jobKey(type, target.platform, change.session.id, name),
  lane: `chat:${target.platform}:${change.session.id}`,
  session: change.session.id,
  type,
  payload,
});

const jobKey = (type: ChatJobType, platform: string, session: string, name: string): string =>
  `${type}:${platform}:${session}:${name}`;

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

/** 👀 when it is there, ✅ when the agent has it, ⚠️ when it could not be given. */
function receipts(change: SessionChange, event: EventView): readonly ChatJob[] {
  const { event: happened } = event;
  switch (happened.type) {
    case 'steer.queued':
      return receipt(change, happened.steer, '👀');
    case 'steer.accepted':
      return receipt(change, happened.steer, '✅');
    case 'steer.failed':
      return receipt(change, happened.steer, '⚠️');
    case 'steer.removed':
      return receipt(change, happened.steer, null);
    default:
      return [];
  }
}

function receipt(
  change: SessionChange,
  steer: string,
  emoji: ReactPayload['emoji'],
): readonly ChatJob[] {
  const ref = change.sources.get(steer);
  return ref === undefined ? [] : [receiptJob(ref, emoji, change.session.id)];
}

export const receiptJob = (
  ref: ChatMessageRef,
  emoji: ReactPayload['emoji'],
  session: string,
): ChatJob => ({
  key: `chat.react:${ref.platform}:${ref.channel}:${ref.message}`,
  lane: `react:${ref.platform}:${session}`,
  session,
  type: 'chat.react',
  payload: { ref, emoji } satisfies ReactPayload,
  coalesce: { interval: 0 },
});
