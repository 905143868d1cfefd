import { join } from 'node:path';
import type { AgentRequest } from '../../../src/domain/session/session.ts';
import { type Clock, pause } from '../../../src/lib/clock.ts';
import type {
  AgentEvent,
  AgentSessionInfo,
  AgentTerminal,
  AgentWatch,
  Delivery,
} from '../../../src/slots/agent.ts';
import { rejected, transient } from '../../../src/slots/errors.ts';
import { followProgram } from '../../shared/program/follow-program.ts';
import { disarmed, fingerprint, typeable } from '../../shared/program/message-text.ts';
import type { CommandAgentConfig } from './config.ts';
import { watchScreen } from './screen-activity.ts';

export const EVENT_FILE = 'events.jsonl';

/** How long a screen may take to show what was typed, and an answer to be confirmed, ms. */
const ECHO_MS = 2_000;
const ANSWER_MS = 5_000;
const LOOK_MS = 25;
const ECHO_LINES = 60;

type Capture = (lines: number) => Promise<string>;

/** Watches one program: through the events it writes, or by its screen when it writes none. */
export function watchCommand(
  config: CommandAgentConfig,
  clock: Clock,
  session: AgentSessionInfo,
  terminal: AgentTerminal,
  emit: (event: AgentEvent) => void,
): AgentWatch {
  const { stateDir, launch } = session;
  const path = join(stateDir, EVENT_FILE);
  const program = followProgram({ path, stateDir, launch }, clock, emit);
  const screen = watchScreen({
    capture: (lines) => terminal.capture(lines),
    clock,
    quietMs: config.quietMs,
    needed: () => !program.closed && !program.live().speaks,
    changed: (fact) => emit({ type: 'activity', fact, lastMessage: null }),
  });

  const busyReason = (): string | null => {
    const { request, activity, speaks } = program.live();
    if (request !== null) return `the agent waits for an answer to "${request.title}"`;
    const now = speaks ? (activity?.state ?? 'starting') : (screen.state() ?? 'starting');
    if (now === 'starting') return 'the agent has not shown that it is ready yet';
    // When a limit is over without another word of the program, the next message is how it hears of it.
    if (now === 'limited' && (activity?.resetAt ?? 0) > clock.now())
      return 'the agent has reached its usage limit';
    return now === 'active' && !config.acceptsWhileBusy
      ? 'the agent is in the middle of a turn'
      : null;
  };

  /** Evidence of a former try: the program says so, if need be in a moment, or its screen shows the text. */
  const gotThrough = async (text: string): Promise<boolean> => {
    const { speaks, accepted } = program.live();
    // A launch before this one may have taken it.
    if (speaks || accepted.size > 0) return program.takes(text, ECHO_MS);
    return (
      program.deliveries.find(fingerprint(text)) !== null &&
      endsWith(await terminal.capture(ECHO_LINES), disarmed(typeable(text)))
    );
  };

  const type = async (text: string): Promise<Delivery> => {
    const typed = disarmed(typeable(text));
    program.note(text);
    if (program.live().speaks) {
      await terminal.write(typed, { submit: true });
      return { type: 'typed', accepted: false };
    }
    const capture: Capture = (lines) => terminal.capture(lines);
    const before = await capture(ECHO_LINES);
    await terminal.write(typed, { submit: false });
    const shown = await screenShows(capture, clock, typed, before);
    await terminal.keys(['Enter']);
    const accepted = (await screenMoved(capture, clock, shown)) || endsWith(shown, typed);
    if (accepted) emit({ type: 'prompt_accepted', text, at: clock.now() });
    return { type: 'typed', accepted };
  };

  return {
    async deliver(text, { inDoubt }) {
      if (inDoubt && (await gotThrough(text))) return { type: 'typed', accepted: true };
      const reason = busyReason();
      return reason === null ? type(text) : { type: 'deferred', reason };
    },
    async interrupt() {
      await terminal.keys(config.interruptKeys);
    },
    async answer(requestId, answer) {
      const { request } = program.live();
      if (request === null || request.id !== requestId) {
        throw rejected(
          'AO_AGENT_REQUEST_CLOSED',
          'The question is no longer open: it was answered in the terminal, or the agent moved on.',
        );
      }
      await typeAnswer(terminal, request, answer);
      if (await program.becomes((state) => state.request?.id !== requestId, ANSWER_MS)) return;
      throw transient(
        'AO_AGENT_ANSWER_UNCONFIRMED',
        'The answer was typed, but the agent has not confirmed it. Look at its terminal.',
        { retryAfter: 1_000 },
      );
    },
    // Programs of this kind report through the event file only.
    hook: async () => ({}),
    close() {
      program.close();
      screen.close();
    },
  };
}

/** An option is chosen by its number, a free answer is typed like a message. */
async function typeAnswer(
  terminal: AgentTerminal,
  request: AgentRequest,
  answer: { option: string | null; text: string | null },
): Promise<void> {
  if (answer.option !== null) {
    const index = request.options.findIndex((option) => option.id === answer.option);
    if (index === -1)
      throw rejected(
        'AO_AGENT_NO_OPTION',
        `The question has no option ${answer.option}. It offers: ${request.options.map((option) => option.label).join(', ') || 'only a free answer'}.`,
      );
    await terminal.keys([String(index + 1)]);
    return;
  }
  const text = typeable(answer.text ?? '').trim();
  if (!request.freeText || text === '')
    throw rejected(
      'AO_AGENT_NO_FREE_ANSWER',
      `The question wants one of: ${request.options.map((option) => option.label).join(', ')}.`,
    );
  await terminal.write(disarmed(text), { submit: true });
}

/** Waits until the text's end, or at least something new, is on the screen; returns what is shown then. */
async function screenShows(
  capture: Capture,
  clock: Clock,
  typed: string,
  before: string,
): Promise<string> {
  return lookUntil(capture, clock, (now) => endsWith(now, typed) || now !== before);
}

async function screenMoved(capture: Capture, clock: Clock, from: string): Promise<boolean> {
  return (await lookUntil(capture, clock, (now) => now !== from)) !== from;
}

async function lookUntil(
  capture: Capture,
  clock: Clock,
  holds: (screen: string) => boolean,
): Promise<string> {
  const until = clock.now() + ECHO_MS;
  for (;;) {
    const now = await capture(ECHO_LINES);
    if (holds(now) || clock.now() >= until) return now;
    await pause(clock, LOOK_MS);
  }
}

/** Terminals wrap and pad, so blanks don't count. */
function endsWith(screen: string, typed: string): boolean {
  const end = typed.replace(/\s+/g, '').slice(-20);
  return end !== '' && screen.replace(/\s+/g, '').includes(end);
}
