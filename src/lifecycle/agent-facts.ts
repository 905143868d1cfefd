import { isKnownTrouble } from '../domain/decide/file-troubles.ts';
import { SESSION_ENDED } from '../domain/decide/steers.ts';
import type { ActivityFact } from '../domain/session/facts.ts';
import type { FactInput } from '../domain/session/input.ts';
import type { Session, Snapshot, Steer } from '../domain/session/session.ts';
import type { Delivery } from '../domain/text/prompt.ts';
import { messagePrint, plainMessage } from '../lib/message-text.ts';
import type { AgentEvent } from '../slots/agent.ts';
import type { ScmPlugin } from '../slots/scm.ts';
import type { Dispatch } from './dispatch.ts';

export interface AgentHost {
  readonly dataDir: string;
  /** Where an agent's own hooks and `ao` reach the bot. Known once the HTTP server listens. */
  readonly url: () => string;
  readonly sessionToken: (session: string) => string;
}

/**
 * What an agent gets for a message: its text in the one form that is typed and looked for again, and
 * where its files were put.
 */
export function steerText({ text, files }: Steer): string {
  return plainMessage(files.length === 0 ? text : `${text}\n\nFiles: ${files.join(', ')}`);
}

/** Repeats of an activity that only move its time are taken at most this often. */
const REFRESH = 5_000;

/** `handovers`: how many there had been when this watch began. Of an agent that was replaced only its usage still counts. */
export function takeEvent(
  dispatch: Dispatch,
  id: string,
  event: AgentEvent,
  now: number,
  handovers: number,
): void {
  const snapshot = dispatch.snapshot(id);
  if (snapshot === null) return;
  if (snapshot.session.handovers.length > handovers) {
    if (event.type === 'usage')
      dispatch.input(snapshot.session.id, {
        type: 'fact',
        fact: {
          type: 'usage',
          fact: { models: event.models, at: Math.min(event.at ?? now, now) },
          handovers,
        },
      });
    return;
  }
  const fact = toFact(snapshot, event, now);
  if (fact !== null) dispatch.input(snapshot.session.id, { type: 'fact', fact });
}

function toFact(snapshot: Snapshot, event: AgentEvent, now: number): FactInput | null {
  switch (event.type) {
    case 'activity': {
      const known = snapshot.facts.activity;
      const same =
        known?.state === event.fact.state &&
        known.source === event.fact.source &&
        known.detail === event.fact.detail;
      if (same && event.fact.at - (known?.at ?? 0) < REFRESH) return null;
      return {
        type: 'activity',
        fact: inOrder(snapshot, event.fact),
        lastMessage: event.lastMessage,
      };
    }
    case 'prompt_accepted': {
      const steer = matching(snapshot, event.text);
      return steer === null ? null : { type: 'steer_accepted', steer: steer.id, at: event.at };
    }
    case 'agent_session':
      return snapshot.session.agentSession === event.id || !isConversation(event.id) ? null : event;
    case 'usage':
      return JSON.stringify(snapshot.facts.usage?.models) === JSON.stringify(event.models)
        ? null
        : { type: 'usage', fact: { models: event.models, at: Math.min(event.at ?? now, now) } };
    case 'file_problem':
      return isKnownTrouble(snapshot.facts, event.problem) ? null : event;
    case 'conversation_lost':
    case 'request_opened':
    case 'request_closed':
    case 'words_left':
    case 'tool':
      return event;
  }
}

/** It becomes an argument of a later launch: an id that begins like an option, or hides something, is none. */
const isConversation = (id: string): boolean => /^[^-\p{C}][^\p{C}]{0,500}$/u.test(id);

/**
 * A watch tells things in their order, but by the agent's clock and a little late: what is decided in between ("a turn began")
 * has ao's time, and must not make the end of that turn look older than its beginning. What is left of an earlier launch stays old.
 */
function inOrder(snapshot: Snapshot, fact: ActivityFact): ActivityFact {
  const known = snapshot.facts.activity?.at ?? 0;
  return fact.at >= known || fact.at < (snapshot.session.launchedAt ?? 0)
    ? fact
    : { ...fact, at: known };
}

/** The message of ours that the agent says it took; a text typed at the terminal by somebody else matches none. */
function matching(snapshot: Snapshot, text: string): Steer | null {
  const wanted = messagePrint(text);
  const under = snapshot.steers.filter(
    (steer) =>
      steer.state === 'typing' ||
      steer.state === 'typed' ||
      // A try that was given up may have got through all the same.
      (steer.state === 'queued' && (steer.kind === 'task' || steer.attempts > 0)) ||
      (steer.state === 'failed' && steer.reason === SESSION_ENDED && steer.attempts > 0),
  );
  return under.find((steer) => messagePrint(steerText(steer)) === wanted) ?? null;
}

export function deliveryOf(
  { task }: Session,
  { create, remoteBranches }: ScmPlugin['capabilities'],
): Delivery {
  if (remoteBranches === true && task.type === 'pull_request') return 'adopted';
  if (!create) return 'forge';
  return remoteBranches === true ? 'push' : 'ao';
}
