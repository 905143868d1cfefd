import type { EventView, RequestView, SessionView } from '../../commands/views.ts';
import type { ChatMessageRef } from '../../domain/session/session.ts';
import type { ChatMessage } from '../../slots/chat.ts';
import { textBlock } from '../words/message.ts';
import type { Pinned } from '../words/pin.ts';
import { escapeMarkdown } from '../words/wording.ts';
import type { Verbosity } from './loudness.ts';
import { requestCard } from './request-card.ts';

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

export const job = (
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

export const jobKey = (
  type: ChatJobType,
  platform: string,
  session: string,
  name: string,
): string => `${type}:${platform}:${session}:${name}`;

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
