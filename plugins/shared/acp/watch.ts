import { appendFileSync } from 'node:fs';
import type { ModelUsage } from '../../../src/domain/facts.ts';
import { costOf, type PriceTable } from '../../../src/domain/pricing.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import type { AgentEvent, AgentSessionInfo, AgentWatch, Delivery } from '../../../src/slots/agent.ts';
import { rejected, transient } from '../../../src/slots/errors.ts';
import { type Deliveries, openDeliveries } from '../program/deliveries.ts';
import { type EventFile, followEventFile } from '../program/event-file.ts';
import { fingerprint } from '../program/message-text.ts';
import { condense, foldProgramEvent, NOTHING_SAID, type ProgramState } from '../program/program-state.ts';
import { parseProgramEvent } from '../program/protocol.ts';
import type { InboxLine } from './host/settings.ts';
import { eventsPath, inboxPath } from './launch-plan.ts';

/** How long the host may take to confirm an answer, ms. */
const CONFIRM = 5_000;
/** How long the host may take to confirm a message that was handed over right before ao ended, ms. */
const TAKE = 2_000;
const LOOK_EVERY = 50;

/** One session's host program: its event file says what happens, lines in its inbox say what is wanted. Not a key is pressed. */
export class AcpWatch implements AgentWatch {
  readonly #clock: Clock;
  readonly #prices: PriceTable | undefined;
  readonly #deliveries: Deliveries;
  readonly #inbox: string;
  readonly #file: EventFile;
  #state: ProgramState = NOTHING_SAID;
  /** Null once what was missed is told. */
  #missed: AgentEvent[] | null = [];
  #closed = false;

  constructor(session: AgentSessionInfo, clock: Clock, prices: PriceTable | undefined, emit: (event: AgentEvent) => void) {
    this.#clock = clock;
    this.#prices = prices;
    this.#deliveries = openDeliveries(session.stateDir);
    this.#inbox = inboxPath(session.stateDir, session.launch);
    this.#file = followEventFile(
      eventsPath(session.stateDir),
      clock,
      (line, offset) => this.#take(line, offset, emit),
      () => undefined,
    );
    this.#file.pump();
    // In a later turn of the event loop, so that the caller has the watch in hand by then.
    queueMicrotask(() => {
      const missed = condense(this.#missed ?? []);
      this.#missed = null;
      if (!this.#closed) for (const event of missed) emit(event);
    });
  }

  async deliver(text: string, { inDoubt }: { attempt: number; inDoubt: boolean }): Promise<Delivery> {
    const sha256 = fingerprint(text);
    const former = this.#deliveries.find(sha256);
    this.#file.pump();
    if (inDoubt && former !== null && (await this.#becomes(() => (this.#state.accepted.get(sha256) ?? -1) > former.offset, TAKE)))
      return { type: 'typed', accepted: true };
    const reason = this.#busyReason();
    if (reason !== null) return { type: 'deferred', reason };
    this.#deliveries.note(text, this.#file.offset());
    this.#tell({ type: 'prompt', text });
    return { type: 'typed', accepted: false };
  }

  async interrupt(): Promise<void> {
    this.#tell({ type: 'cancel' });
  }

  async answer(requestId: string, answer: { option: string | null; text: string | null }): Promise<void> {
    this.#file.pump();
    const { request } = this.#state;
    if (request?.id !== requestId)
      throw rejected('AO_AGENT_REQUEST_CLOSED', 'The question is not open any more: it was answered in the terminal, or the agent went on.');
    if (answer.option !== null && !request.options.some((option) => option.id === answer.option)) {
      throw rejected('AO_AGENT_NO_OPTION', `The question wants one of: ${request.options.map((option) => option.label).join(', ')}.`);
    }
    if (answer.option === null && !request.freeText) {
      throw rejected('AO_AGENT_NO_FREE_ANSWER', `The question wants one of: ${request.options.map((option) => option.label).join(', ')}.`);
    }
    this.#tell({ type: 'answer', request: requestId, ...answer });
    if (await this.#becomes(() => this.#state.request?.id !== requestId, CONFIRM)) return;
    throw transient('AO_AGENT_ANSWER_UNCONFIRMED', 'The agent has not confirmed the answer. Look at its terminal.', { retryAfter: 1_000 });
  }

  /** The host reports through its file only. */
  async hook(): Promise<unknown> {
    return {};
  }

  close(): void {
    this.#closed = true;
    this.#file.close();
  }

  /** True as soon as `holds` does; false after `ms`. */
  async #becomes(holds: () => boolean, ms: number): Promise<boolean> {
    const until = this.#clock.now() + ms;
    while (!holds()) {
      if (this.#closed || this.#clock.now() >= until) return false;
      await new Promise<void>((resolve) => this.#clock.after(LOOK_EVERY, resolve));
      this.#file.pump();
    }
    return true;
  }

  #tell(line: InboxLine): void {
    appendFileSync(this.#inbox, `${JSON.stringify(line)}\n`, { mode: 0o600, flush: true });
  }

  #take(line: string, offset: number, emit: (event: AgentEvent) => void): void {
    const event = parseProgramEvent(line);
    if (event === null) return;
    const now = this.#clock.now();
    const next = foldProgramEvent(this.#state, { event, offset, now, noteOf: this.#deliveries.find });
    this.#state = next.state;
    const events = next.events.map((told) =>
      told.type === 'usage' ? { ...told, models: told.models.map((model) => priced(model, now, this.#prices)) } : told,
    );
    if (this.#missed !== null) this.#missed.push(...events);
    else for (const told of events) emit(told);
  }

  #busyReason(): string | null {
    const { request, activity } = this.#state;
    if (request !== null) return `the agent waits for an answer to "${request.title}"`;
    if (activity === null || activity.state === 'starting') return 'the agent is not ready yet';
    return activity.state === 'active' ? 'the agent is in the middle of a turn' : null;
  }
}

/** The agent's own price where it tells one, else the table's. */
function priced(model: ModelUsage, at: number, prices?: PriceTable): ModelUsage {
  if (model.usd !== null) return model;
  const { inputTokens: input, outputTokens: output, cacheReadTokens: cacheRead, cacheWriteTokens: cacheWrite } = model;
  return { ...model, usd: costOf(model.model, { input, output, cacheRead, cacheWrite, cacheWriteLong: 0 }, at, prices) };
}
