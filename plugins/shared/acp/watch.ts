import { costOf, type PriceTable } from '../../../src/domain/money/pricing.ts';
import type { ModelUsage } from '../../../src/domain/session/facts.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import { FileRefused } from '../../../src/lib/guarded/problem.ts';
import { appendJsonLine } from '../../../src/lib/jsonl-tail.ts';
import type {
  AgentEvent,
  AgentSessionInfo,
  AgentWatch,
  Delivery,
} from '../../../src/slots/agent.ts';
import { rejected, transient } from '../../../src/slots/errors.ts';
import { type FollowedProgram, followProgram } from '../program/follow-program.ts';
import type { ProgramState } from '../program/program-state.ts';
import type { InboxLine } from './host/settings.ts';
import { eventsPath, inboxPath } from './launch-plan.ts';

/** How long the host may take to confirm an answer, ms. */
const CONFIRM = 5_000;
/** How long an agent may take to end its turn once it is asked to, ms. */
const RESTS_AFTER = 2_000;
/** How long the host may take to confirm a message that was handed over right before ao ended, ms. */
const TAKE = 2_000;

/** One session's host program: its event file says what happens, lines in its inbox say what is wanted. Not a key is pressed. */
export class AcpWatch implements AgentWatch {
  readonly #inbox: string;
  readonly #program: FollowedProgram;

  constructor(
    session: AgentSessionInfo,
    clock: Clock,
    prices: PriceTable | undefined,
    emit: (event: AgentEvent) => void,
  ) {
    this.#inbox = inboxPath(session.stateDir, session.launch);
    this.#program = followProgram(
      { path: eventsPath(session.stateDir), stateDir: session.stateDir, launch: session.launch },
      clock,
      emit,
      (event) =>
        event.type === 'usage'
          ? {
              ...event,
              models: event.models.map((model) => priced(model, event.at ?? clock.now(), prices)),
            }
          : event,
    );
  }

  async deliver(
    text: string,
    { inDoubt }: { attempt: number; inDoubt: boolean },
  ): Promise<Delivery> {
    if (inDoubt && (await this.#program.takes(text, TAKE)))
      return { type: 'typed', accepted: true };
    const reason = busyReason(this.#program.live());
    if (reason !== null) return { type: 'deferred', reason };
    this.#program.note(text);
    this.#tell({ type: 'prompt', text });
    return { type: 'typed', accepted: false };
  }

  async interrupt(): Promise<void> {
    this.#tell({ type: 'cancel' });
    // What is handed over before the turn has ended would wait for another try.
    await this.#program.becomes((state) => state.activity?.state !== 'active', RESTS_AFTER);
  }

  async answer(
    requestId: string,
    answer: { option: string | null; text: string | null },
  ): Promise<void> {
    const { request } = this.#program.live();
    if (request?.id !== requestId)
      throw rejected(
        'AO_AGENT_REQUEST_CLOSED',
        'The question is no longer open: it was answered in the terminal, or the agent moved on.',
      );
    if (answer.option !== null && !request.options.some((option) => option.id === answer.option)) {
      throw rejected(
        'AO_AGENT_NO_OPTION',
        `The question wants one of: ${request.options.map((option) => option.label).join(', ')}.`,
      );
    }
    if (answer.option === null && !request.freeText) {
      throw rejected(
        'AO_AGENT_NO_FREE_ANSWER',
        `The question wants one of: ${request.options.map((option) => option.label).join(', ')}.`,
      );
    }
    this.#tell({ type: 'answer', request: requestId, ...answer });
    if (await this.#program.becomes((state) => state.request?.id !== requestId, CONFIRM)) return;
    throw transient(
      'AO_AGENT_ANSWER_UNCONFIRMED',
      'The agent has not confirmed the answer. Look at its terminal.',
      { retryAfter: 1_000 },
    );
  }

  /** The host reports through its file only. */
  async hook(): Promise<unknown> {
    return {};
  }

  close(): void {
    this.#program.close();
  }

  #tell(line: InboxLine): void {
    try {
      appendJsonLine(this.#inbox, line, { flush: true });
    } catch (error) {
      if (error instanceof FileRefused) throw rejected('AO_AGENT_NO_INBOX', error.message);
      throw error;
    }
  }
}

function busyReason({ request, activity }: ProgramState): string | null {
  if (request !== null) return `the agent waits for an answer to "${request.title}"`;
  if (activity === null || activity.state === 'starting') return 'the agent is not ready yet';
  return activity.state === 'active' ? 'the agent is in the middle of a turn' : null;
}

/** The agent's own price where it tells one, else the table's. */
function priced(model: ModelUsage, at: number, prices?: PriceTable): ModelUsage {
  if (model.usd !== null) return model;
  const {
    inputTokens: input,
    outputTokens: output,
    cacheReadTokens: cacheRead,
    cacheWriteTokens: cacheWrite,
  } = model;
  return {
    ...model,
    usd: costOf(
      model.model,
      { input, output, cacheRead, cacheWrite, cacheWriteLong: 0 },
      at,
      prices,
    ),
  };
}
