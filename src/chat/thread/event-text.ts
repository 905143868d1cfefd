/** One line for people per event: the timeline of the page, `ao show`, and the first line of every post. Plain text. */
import { STATUS_EMOJI } from '../../commands/status-emoji.ts';
import type { SessionView } from '../../commands/views.ts';
import type { SessionEvent } from '../../domain/session/event.ts';
import { count, duration, oneLine, ordinal, person, sentence, shortSha } from '../words/wording.ts';
import { deliveryText } from './delivery-text.ts';
import { endedText, exitedText, limitText, notesOf, openedText } from './ending-text.ts';
import { steerText } from './steer-text.ts';
import { troubleText } from './trouble-text.ts';

/** Total over every event type. `at`: when it happened. Things the session no longer holds are told without detail. */
export function eventText(event: SessionEvent, session: SessionView, at: number): string {
  switch (event.type) {
    case 'session.spawned':
      return `${person(event.by)} started ${session.id}: ${oneLine(session.title, 120)}`;
    case 'session.queued':
      return `${STATUS_EMOJI.queued} Queued${session.queue === null ? '' : `, ${ordinal(session.queue.position)} in line`}: ${sentence(event.reason)}`;
    case 'session.admitted':
      return 'Its turn has come: the workspace is being made.';
    case 'session.started':
      return `${STATUS_EMOJI.spawning} Started on ${oneLine(event.base, 80)} at ${shortSha(event.baseSha)}. Worktree ready in ${duration(event.workspaceMs)}, agent took the task after ${duration(event.promptMs)}.`;
    case 'session.status':
      return `${event.from} → ${event.to}: ${sentence(event.because)}`;
    case 'session.ended':
      return endedText(event, session, at);
    case 'session.undone':
      return `${person(event.by)} took it back: the session continues.`;
    case 'session.restored':
      return `${person(event.by)} restored the session.`;
    case 'session.paused':
      return `${STATUS_EMOJI.paused} Paused by ${person(event.by)}: ${sentence(event.reason === 'budget' ? (session.paused?.reason ?? 'a budget is used up') : event.reason)}`;
    case 'session.resumed':
      return `Resumed by ${person(event.by)}.`;
    case 'session.handed_over':
      return `${person(event.by)} handed it over to ${person(event.to)}.`;
    case 'session.agent_changed':
      return `🔁 ${person(event.by)} handed it over from ${event.from} to ${event.to}.${event.waiting === 0 ? '' : ` ${count(event.waiting, 'waiting message')} go${event.waiting === 1 ? 'es' : ''} along.`}`;
    case 'session.taken_over':
      return `${STATUS_EMOJI.spawning} ${event.agent} took over after ${duration(event.promptMs)}, in the same worktree, with a summary of what was done.`;
    case 'session.recovered':
      return sentence(event.what);
    case 'session.muted':
      return event.muted
        ? `Muted by ${person(event.by)}: only what needs a person is posted here.`
        : `Unmuted by ${person(event.by)}.`;
    case 'workspace.created':
      return `Workspace made in ${duration(event.tookMs)}: ${oneLine(event.path)}${notesOf(event.notes)}`;
    case 'workspace.removed':
      return `${event.snapshotRef === null ? 'Worktree removed.' : 'Worktree removed, snapshot kept.'}${notesOf(event.notes)}`;
    case 'workspace.restored':
      return `Worktree restored: ${oneLine(event.path)}${notesOf(event.notes)}`;
    case 'runtime.started':
      return event.resumed
        ? 'The agent was resumed where it stopped.'
        : `Agent started${event.launch > 1 ? `, ${ordinal(event.launch)} time` : ''}.`;
    case 'runtime.exited':
      return exitedText(event);
    case 'agent.turn_ended':
      return event.text === null ? 'The agent ended its turn.' : oneLine(event.text, 200);
    case 'agent.tool':
      return oneLine(event.summary, 200);
    case 'agent.blocked':
      return `${STATUS_EMOJI.errored} The agent shows an error: ${sentence(event.text)}`;
    case 'workspace.trouble':
    case 'agent.unreadable':
      return troubleText(event);
    case 'agent.limited':
      return `${STATUS_EMOJI.limited} Usage limit reached. ${limitText(event, at)}`;
    case 'agent.interrupted':
      return `${person(event.by)} interrupted the turn.`;
    case 'agent.reported':
      return `The agent reports "${oneLine(event.state)}"${event.note === '' ? '' : `: ${oneLine(event.note)}`}`;
    case 'steer.queued':
    case 'steer.typed':
    case 'steer.accepted':
    case 'steer.failed':
    case 'steer.removed':
    case 'steer.edited':
    case 'steer.as_words':
      return steerText(event, session);
    case 'request.opened':
      return openedText(event, session);
    case 'request.answered':
      if (event.by.via === 'system' && event.where === 'chat')
        return 'The question was closed without an answer.';
      return event.where === 'terminal'
        ? 'The question was answered in the terminal.'
        : `${person(event.by)} answered the agent.`;
    case 'request.failed':
      return `⚠️ The answer did not reach the agent: ${sentence(event.reason)}`;
    default:
      return deliveryText(event, session, at);
  }
}
