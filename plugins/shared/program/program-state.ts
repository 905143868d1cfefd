import type { ActivityFact } from '../../../src/domain/session/facts.ts';
import type { AgentRequest } from '../../../src/domain/session/session.ts';
import { quarterOf } from '../../../src/domain/session/time.ts';
import type { AgentEvent } from '../../../src/slots/agent.ts';
import type { DeliveryNote } from './deliveries.ts';
import { fingerprint } from './message-text.ts';
import type { ProgramEvent } from './protocol.ts';

/** What the event file says so far. */
export interface ProgramState {
  /** The program speaks the protocol at all. */
  readonly speaks: boolean;
  readonly activity: ActivityFact | null;
  readonly lastMessage: string | null;
  readonly request: AgentRequest | null;
  /** Fingerprint of each accepted message -> offset behind the line that last said so. */
  readonly accepted: ReadonlyMap<string, number>;
}

export const NOTHING_SAID: ProgramState = {
  speaks: false,
  activity: null,
  lastMessage: null,
  request: null,
  accepted: new Map(),
};

/** What is left of it when the program is started again: what was accepted. */
export const ofFormerLaunch = ({ accepted }: ProgramState): ProgramState => ({
  ...NOTHING_SAID,
  accepted,
});

/** Of a former launch's events those that were true for good: not what it was doing, asked or had lost. */
export function untoldOfFormer(event: AgentEvent): boolean {
  switch (event.type) {
    case 'prompt_accepted':
    case 'usage':
    case 'agent_session':
    case 'file_problem':
      return true;
    case 'activity':
    case 'request_opened':
    case 'request_closed':
    case 'words_left':
    case 'conversation_lost':
    case 'tool':
      return false;
  }
}

export interface Seen {
  readonly event: ProgramEvent;
  /** Offset behind its line. */
  readonly offset: number;
  readonly now: number;
  /** What was handed over last with this fingerprint. */
  readonly noteOf: (sha256: string) => DeliveryNote | null;
}

/** Pure: the next state, and what to tell the host. */
export function foldProgramEvent(
  state: ProgramState,
  seen: Seen,
): { state: ProgramState; events: readonly AgentEvent[] } {
  const { event } = seen;
  const at = event.at ?? seen.now;
  const spoke = { ...state, speaks: true };
  const activity = (
    next: ActivityFact['state'],
    detail: string | null,
    resetAt: number | null = null,
  ): ActivityFact => ({
    state: next,
    source: 'protocol',
    detail,
    resetAt,
    since: state.activity?.state === next ? state.activity.since : at,
    at,
  });
  const become = (
    fact: ActivityFact,
    change: Partial<ProgramState> = {},
    lastMessage: string | null = null,
    before: readonly AgentEvent[] = [],
  ) => ({
    state: { ...spoke, ...change, activity: fact },
    events: [...before, { type: 'activity', fact, lastMessage } satisfies AgentEvent],
  });

  switch (event.type) {
    case 'ready': {
      const message = event.message ?? state.lastMessage;
      return become(
        activity('ready', event.detail ?? null),
        { lastMessage: null, request: null },
        message,
        closing(state.request),
      );
    }
    case 'active':
      return become(
        activity('active', event.detail ?? null),
        { request: null },
        null,
        closing(state.request),
      );
    case 'blocked':
      return become(
        activity('blocked', event.text),
        { request: null },
        null,
        closing(state.request),
      );
    case 'limited':
      return become(activity('limited', event.text, event.resetAt ?? null));
    case 'waiting': {
      const request: AgentRequest = { ...event.request, askedAt: at, answer: null };
      const before =
        state.request !== null && state.request.id !== request.id ? closing(state.request) : [];
      return become(activity('waiting_input', request.title), { request }, null, [
        ...before,
        { type: 'request_opened', request },
      ]);
    }
    case 'answered': {
      const open = state.request?.id === event.id ? null : state.request;
      const closed: AgentEvent = {
        type: 'request_closed',
        request: event.id,
        answer: event.answer ?? null,
      };
      return open === null && state.request !== null
        ? become(activity('active', null), { request: null }, null, [closed])
        : { state: spoke, events: [closed] };
    }
    case 'accepted': {
      const { accepted, told, isOlder } = takenMessage(state, seen, event, at);
      // A program at rest that takes a message begins a turn, also before it says so: another message now could land in its first question.
      return state.activity?.state === 'ready' && !isOlder
        ? become(activity('active', null), { accepted }, null, told)
        : { state: { ...spoke, accepted }, events: told };
    }
    case 'message':
      return { state: { ...spoke, lastMessage: event.text }, events: [] };
    case 'tool':
      return { state: spoke, events: [{ type: 'tool', summary: event.summary }] };
    case 'usage':
      return { state: spoke, events: [{ type: 'usage', models: event.models, at }] };
    case 'session':
      return { state: spoke, events: [{ type: 'agent_session', id: event.id }] };
    case 'lost':
      return { state: spoke, events: [{ type: 'conversation_lost' }] };
  }
}

/** The messages it took with this one, and what to tell of it. */
function takenMessage(
  state: ProgramState,
  seen: Seen,
  event: Extract<ProgramEvent, { type: 'accepted' }>,
  at: number,
): {
  readonly accepted: ProgramState['accepted'];
  readonly told: readonly AgentEvent[];
  readonly isOlder: boolean;
} {
  const sha256 = event.text === undefined ? event.sha256 : fingerprint(event.text);
  if (sha256 === undefined) return { accepted: state.accepted, told: [], isOlder: true };
  // What ao handed over, where known: control characters were removed on the way.
  const note = seen.noteOf(sha256);
  const text = note?.text ?? event.text ?? null;
  // Read again after a restart: this was an earlier message of the same words.
  const isOlder = note !== null && seen.offset <= note.offset;
  return {
    accepted: new Map(state.accepted).set(sha256, seen.offset),
    told: text === null || isOlder ? [] : [{ type: 'prompt_accepted', text, at }],
    isOlder,
  };
}

/** A request the program passed over without a word. */
const closing = (request: AgentRequest | null): readonly AgentEvent[] =>
  request === null ? [] : [{ type: 'request_closed', request: request.id, answer: null }];

/** After a restart of the bot the whole file is read again: of the past, only what still matters is told. */
export function condense(events: readonly AgentEvent[]): readonly AgentEvent[] {
  const last = new Map<string, number>();
  for (const [index, event] of events.entries()) last.set(keyOf(event, index), index);
  return events.filter(
    (event, index) => event.type !== 'tool' && last.get(keyOf(event, index)) === index,
  );
}

function keyOf(event: AgentEvent, index: number): string {
  switch (event.type) {
    case 'activity':
    case 'agent_session':
    case 'conversation_lost':
      return event.type;
    // What was used before midnight belongs to the day before.
    case 'usage':
      return `usage:${event.at === undefined ? '' : quarterOf(event.at)}`;
    case 'request_opened':
      return `request:${event.request.id}`;
    case 'request_closed':
      return `request:${event.request}`;
    case 'words_left':
      return `words:${event.request}`;
    case 'prompt_accepted':
      return `accepted:${fingerprint(event.text)}`;
    case 'file_problem':
      return `file:${event.problem.kind}:${event.problem.path}`;
    case 'tool':
      return `tool:${index}`;
  }
}
