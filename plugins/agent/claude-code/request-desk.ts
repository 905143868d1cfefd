import { randomUUID } from 'node:crypto';
import type { AgentEvent } from '../../../src/slots/agent.ts';
import { rejected } from '../../../src/slots/errors.ts';
import { type Answer, permissionDecision, questionsDecision, requestsOf } from './requests.ts';
import { type PermissionHook, questionsSchema } from './schema.ts';
import type { SideState, StoredRequest } from './side-state.ts';

/** A hook that waits for people: one dialog, one HTTP answer, one or more requests. */
interface Held {
  readonly hook: PermissionHook;
  readonly answers: Map<string, string>;
  readonly respond: (body: object) => void;
}

/** What the hook answers when nobody decided: the dialog in the terminal decides. */
const NO_DECISION = {};

/** Open questions and permissions of one session, and the hooks held for them. */
export class RequestDesk {
  readonly #state: SideState;
  readonly #emit: (event: AgentEvent) => void;
  readonly #changed: () => void;
  readonly #held = new Map<string, Held>();
  /** The program has the answer, and it is not known yet what it makes of it. */
  readonly #answering = new Set<string>();

  constructor(state: SideState, emit: (event: AgentEvent) => void, changed: () => void) {
    this.#state = state;
    this.#emit = emit;
    this.#changed = changed;
  }

  /** Those people are asked about. */
  get open(): readonly StoredRequest[] {
    return this.#state.requests.filter((entry) => !entry.given);
  }

  /** The program waits for an answer, also where people gave theirs already. */
  get waits(): boolean {
    return this.#state.requests.length > 0;
  }

  /** Opens the requests of a hook and resolves with its HTTP answer once they are decided, here or in the terminal. */
  hold(hook: PermissionHook, now: number): Promise<object> {
    const opened = requestsOf(hook, now);
    return new Promise((respond) => {
      const held: Held = { hook, answers: new Map(), respond };
      for (const stored of opened) {
        this.#held.set(stored.request.id, held);
        this.add(stored);
      }
    });
  }

  add(stored: StoredRequest): void {
    this.#state.requests = [...this.#state.requests, stored];
    this.#changed();
    this.#emit({ type: 'request_opened', request: stored.request });
  }

  find(id: string): StoredRequest {
    const stored = this.open.find((entry) => entry.request.id === id && !this.#answering.has(id));
    if (stored === undefined)
      throw rejected(
        'AO_AGENT_REQUEST_CLOSED',
        'The request is no longer open: it was answered in the terminal or the agent moved on. Nothing was sent.',
      );
    return stored;
  }

  /** A hook of the program waits for this answer; not after a restart of the bot. */
  isHeld(id: string): boolean {
    return this.#held.has(id);
  }

  /** Gives an answer to its held hook. False while other questions of the same dialog have none: it takes all together. */
  respond(id: string, answer: Answer): boolean {
    const stored = this.find(id);
    const held = this.#held.get(id);
    if (held === undefined) return false;
    this.#answering.add(id);
    this.#held.delete(id);
    if (stored.request.kind === 'permission') {
      held.respond(permissionDecision(stored, answer, held.hook.tool_input));
      return true;
    }
    held.answers.set(questionOf(stored, held.hook), answer.text ?? answer.option ?? '');
    if (stored.together.some((other) => this.#held.has(other))) return false;
    held.respond(questionsDecision(held.hook.tool_input, held.answers));
    return true;
  }

  /** People see it as answered. It is kept until the program has the answers to all questions of its dialog. */
  answered(stored: StoredRequest, answer: string): void {
    if (!stored.together.some((other) => this.#held.has(other))) return this.close(stored, answer);
    stored.given = true;
    this.#tellClosed(stored, answer);
  }

  /** After a restart: answers the program never got, because others of their dialog were missing, are asked for anew. */
  askAgain(): void {
    for (const stored of this.#state.requests.filter((entry) => entry.given)) {
      const former = stored.request.id;
      const id = randomUUID();
      stored.request = { ...stored.request, id };
      stored.given = false;
      for (const other of this.#state.requests)
        other.together = other.together.map((one) => (one === former ? id : one));
    }
    this.#changed();
  }

  close(stored: StoredRequest, answer: string | null): void {
    this.#state.requests = this.#state.requests.filter(
      (entry) => entry !== stored && !(entry.given && entry.together.includes(stored.request.id)),
    );
    this.#tellClosed(stored, answer);
  }

  #tellClosed(stored: StoredRequest, answer: string | null): void {
    this.#answering.delete(stored.request.id);
    this.#changed();
    this.#emit({ type: 'request_closed', request: stored.request.id, answer });
  }

  /** They were decided elsewhere: lets their hooks go without a decision. */
  closeAll(which: readonly StoredRequest[]): void {
    for (const stored of which.filter(({ request }) => !this.#answering.has(request.id))) {
      this.#held.get(stored.request.id)?.respond(NO_DECISION);
      this.#held.delete(stored.request.id);
      this.close(stored, null);
    }
  }

  /** Lets the hooks go but keeps the requests: the bot stops, the dialogs stay open in the terminals. */
  release(): void {
    for (const held of this.#held.values()) held.respond(NO_DECISION);
    this.#held.clear();
  }
}

/** Word for word as the agent asked it: that is what its answer goes by. */
const questionOf = ({ request, together }: StoredRequest, hook: PermissionHook): string =>
  questionsSchema.safeParse(hook.tool_input).data?.questions[together.indexOf(request.id)]
    ?.question ?? '';
