import type { EventView } from '../../commands/views.ts';
import type { ChatMessageRef } from '../../domain/session/session.ts';
import type { ChatJob, ReactPayload, SessionChange } from './chat-job.ts';

/** 👀 when it is there, ✅ when the agent has it, ⚠️ when it could not be given. */
export function receipts(change: SessionChange, event: EventView): readonly ChatJob[] {
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
    case 'session.ended':
      // The message that asked for the session: its agent never had the task.
      return change.session.steers
        .filter(({ kind, state }) => kind === 'task' && state === 'failed')
        .flatMap(({ id }) => receipt(change, id, '⚠️'));
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
