import { runReaction } from '../reactions/fire.ts';
import type { Actor } from '../session/ids.ts';
import type { Command } from '../session/input.ts';
import { acknowledge, acknowledgeAll, handOver, snooze } from './command/escalations.ts';
import { AGAIN, live, notEnded } from './command/guards.ts';
import { merge, rerun } from './command/pull-request.ts';
import { admit, bringBack, pause, requeue, resume, wait } from './command/start-and-end.ts';
import { answer, interrupt, removeSteer, retrySteer, send, whileQueued } from './command/steers.ts';
import { type Draft, emit, setSession, setSteer } from './draft.ts';
import { end } from './ending.ts';
import { changeAgent } from './handover.ts';
import { replyToThread, resolveThreads } from './threads.ts';

/** What somebody asked for. Refusals are sentences for that person; nothing changes then. */
export function applyCommand(draft: Draft, command: Command, by: Actor): void {
  draft.because = `${command.type} by ${by.name}`;
  switch (command.type) {
    case 'admit':
      return admit(draft);
    case 'requeue':
      return requeue(draft, command.reason);
    case 'wait':
      return wait(draft, command);
    case 'send':
      return send(draft, command, by);
    case 'edit_steer':
      return whileQueued(draft, command.steer, (steer) => {
        setSteer(draft, steer.id, { text: command.text });
        emit(draft, { type: 'steer.edited', steer: steer.id, by });
      });
    case 'remove_steer':
      return removeSteer(draft, command.steer, by);
    case 'retry_steer':
      return retrySteer(draft, command.steer);
    case 'send_now':
      return whileQueued(draft, command.steer, (steer) => {
        setSteer(draft, steer.id, {
          urgent: true,
          notBefore: null,
          ...(steer.state === 'failed' ? AGAIN : {}),
        });
        if (draft.snapshot.facts.activity?.state === 'active')
          interrupt(draft, `now-${steer.id}-${draft.now}`, by);
      });
    case 'answer':
      return answer(draft, command, by);
    case 'interrupt':
      return live(draft, () => interrupt(draft, command.id, by));
    case 'stop':
      return live(draft, () => {
        interrupt(draft, command.id, by);
        setSession(draft, { paused: { by, reason: 'stopped', at: draft.now } });
        emit(draft, { type: 'session.paused', by, reason: 'stopped' });
        // People take escalations; an orchestrator's words do not count as somebody looking after it.
        if (by.via !== 'system' && by.via !== 'agent') acknowledgeAll(draft, by);
      });
    case 'kill':
      return notEnded(draft, () => end(draft, 'killed', by, command.reason));
    case 'done':
      return notEnded(draft, () => end(draft, 'done', by, null));
    case 'undo':
      return bringBack(draft, by, null, 'session.undone');
    case 'restore':
      return bringBack(draft, by, command.message, 'session.restored');
    case 'pause':
      return pause(draft, command.reason, by);
    case 'resume':
      return resume(draft, by);
    case 'merge':
      return merge(draft, command, by);
    case 'rerun':
      return rerun(draft, command.pr, by);
    case 'reply_thread':
      return replyToThread(draft, command, by);
    case 'resolve_thread':
      return resolveThreads(draft, command, by);
    case 'acknowledge':
      return acknowledge(draft, command.key, by);
    case 'snooze':
      return snooze(draft, command.key, command.until, by);
    case 'run_reaction':
      return notEnded(draft, () => runReaction(draft, command, by));
    case 'mute':
      setSession(draft, { muted: command.muted });
      return emit(draft, { type: 'session.muted', by, muted: command.muted });
    case 'hand_over':
      return handOver(draft, command.to, by);
    case 'change_agent':
      return notEnded(draft, () => {
        changeAgent(draft, command, by);
        if (draft.refusal === null) acknowledgeAll(draft, by);
      });
  }
}
