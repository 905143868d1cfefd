import { join } from 'node:path';
import { z } from 'zod';
import type { PriceTable } from '../../../src/domain/money/pricing.ts';
import type { ActivityState } from '../../../src/domain/session/facts.ts';
import type { AgentRequest } from '../../../src/domain/session/session.ts';
import type { Millis } from '../../../src/domain/session/time.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import type { Tell } from '../../../src/lib/guarded/problem.ts';
import { readJsonFile, saveJsonFile } from '../../../src/lib/json-file.ts';
import { plainMessage } from '../../../src/lib/message-text.ts';
import {
  emptyJournal,
  noteTaken,
  noteTyped,
  type TextJournal,
  textJournalSchema,
  wasTaken,
} from '../../../src/lib/text-journal.ts';
import type {
  AgentEvent,
  AgentSessionInfo,
  AgentWatch,
  Delivery,
} from '../../../src/slots/agent.ts';
import { type PluginError, rejected } from '../../../src/slots/errors.ts';
import { tellFileProblems } from '../../shared/file-problems.ts';
import { limitOf } from '../../shared/program/usage-limit.ts';
import { disarm } from '../../shared/terminal/typed-text.ts';
import { type LaunchRecord, readLaunchRecord } from './launch-plan.ts';
import { partSummary, usageSteps } from './messages.ts';
import { asksForOwnCommand, permissionRequest, questionRequests } from './requests.ts';
import type {
  Message,
  MessageError,
  Part,
  Permission,
  Question,
  ServerEvent,
  SessionStatus,
} from './schema.ts';
import { OpencodeServer } from './server.ts';

/** opencode retries by itself; a person should know when it goes on failing. */
const PATIENT_RETRIES = 3;
const SAME_PROMPT = 1000;
/** A server that starts answers its first questions late, or not at all, ms. */
const READ_AGAIN = 1000;
const stateSchema = z.object({
  launch: z.number(),
  journal: textJournalSchema,
  usageToldAt: z.number().default(0),
});

export interface WatchSetting {
  readonly session: AgentSessionInfo;
  readonly emit: (event: AgentEvent) => void;
  readonly clock: Clock;
  /** Absent: the built-in ones. */
  readonly prices?: PriceTable | undefined;
}

/** One session's opencode, through the server inside its own terminal interface: no keys are typed. */
export class OpencodeWatch implements AgentWatch {
  readonly #setting: WatchSetting;
  readonly #launch: LaunchRecord | null;
  readonly #tell: Tell;
  readonly #server: OpencodeServer | null;
  readonly #stream: { close(): void } | null;
  readonly #journal: TextJournal;
  /** Messages told as taken. */
  readonly #accepted = new Set<string>();
  /** Of this conversation and its sub-agents', by id. */
  readonly #messages = new Map<string, Message>();
  readonly #texts = new Map<string, string>();
  readonly #tools = new Set<string>();
  readonly #requests = new Map<string, AgentRequest>();
  readonly #questions = new Map<string, { question: Question; answers: Map<string, string> }>();
  /** Ids of requests that are over: what was read just before can't open them again. */
  readonly #over = new Set<string>();
  /** Events that came while everything is read anew; null: nothing is read. */
  #held: ServerEvent[] | null = null;
  #reading: Promise<void> = Promise.resolve();
  #readAgain: { cancel(): void } | null = null;
  #thread: string | null;
  #children = new Set<string>();
  #status: SessionStatus | null = null;
  #statusSince: Millis = 0;
  #error: MessageError | null = null;
  #emitted = '';
  #usage = '';
  /** When the answer began that usage was told up to; earlier ones are booked on their days already. */
  #usageToldAt: Millis = 0;
  #closed = false;

  constructor(setting: WatchSetting) {
    const { session, clock } = setting;
    this.#setting = setting;
    this.#thread = session.agentSession;
    this.#tell = tellFileProblems(setting.emit);
    this.#launch = readLaunchRecord(session.stateDir, this.#tell);
    this.#journal = this.#loadJournal();
    this.#server = this.#launch === null ? null : new OpencodeServer(this.#launch);
    const now = clock.now();
    setting.emit({
      type: 'activity',
      lastMessage: null,
      fact: {
        state: 'starting',
        source: 'protocol',
        detail: null,
        resetAt: null,
        since: now,
        at: now,
      },
    });
    this.#stream =
      this.#server?.follow(
        clock,
        () => this.#catchUp(),
        (event) => this.#take(event),
      ) ?? null;
  }

  async deliver(text: string, options: { attempt: number; inDoubt: boolean }): Promise<Delivery> {
    const server = this.#server;
    if (server === null) return { type: 'deferred', reason: 'the agent was not launched' };
    const sent = this.#thread === null ? disarm(text) : plainMessage(text);
    try {
      await this.#reconcile();
      if ((options.attempt > 1 || options.inDoubt) && wasTaken(this.#journal, sent))
        return { type: 'typed', accepted: true };
      if (this.#requests.size > 0)
        return { type: 'deferred', reason: 'a question or permission request is open' };
      if (this.#thread === null && this.#launch?.prompt !== null)
        return { type: 'deferred', reason: 'the agent has not begun its first task yet' };
      if (this.#status?.type === 'idle' && this.#isClosing())
        return { type: 'deferred', reason: 'the agent is ending its turn' };
      noteTyped(this.#journal, text, sent, this.#setting.clock.now());
      this.#save();
      if (this.#thread === null) await server.typePrompt(sent);
      else await server.prompt(this.#thread, sent);
      return { type: 'typed', accepted: false };
    } catch (error) {
      if ((error as PluginError).kind === 'transient')
        return { type: 'deferred', reason: 'the agent is not ready yet' };
      throw error;
    }
  }

  async interrupt(): Promise<void> {
    if (this.#thread !== null && this.#status !== null && this.#status.type !== 'idle')
      await this.#server?.abort(this.#thread);
  }

  async answer(
    requestId: string,
    answer: { option: string | null; text: string | null },
  ): Promise<void> {
    const request = this.#requests.get(requestId);
    if (request === undefined || this.#server === null)
      throw rejected(
        'AO_AGENT_REQUEST_CLOSED',
        'The request is no longer open: it was answered in the terminal or the agent moved on. Nothing was sent.',
      );
    const words = [
      request.options.find((option) => option.id === answer.option)?.label,
      answer.text,
    ]
      .filter(Boolean)
      .join(': ');
    if (request.kind === 'permission') {
      const reply =
        answer.option === 'allow' ? 'once' : answer.option === 'allow_always' ? 'always' : 'reject';
      await this.#server.replyPermission(requestId, reply, reply === 'reject' ? answer.text : null);
      return this.#closeRequest(requestId, words);
    }
    const id = requestId.split('#')[0] ?? requestId;
    const asked = this.#questions.get(id);
    if (asked === undefined) return;
    asked.answers.set(requestId, answer.text ?? answer.option ?? '');
    const all = questionRequests(asked.question, 0).map((one) => asked.answers.get(one.id));
    if (all.every((one) => one !== undefined))
      await this.#server.replyQuestion(
        id,
        all.map((one) => [one]),
      );
    this.#closeRequest(requestId, words);
  }

  async hook(): Promise<unknown> {
    return {};
  }

  close(): void {
    this.#closed = true;
    this.#readAgain?.cancel();
    this.#stream?.close();
    this.#save();
  }

  /** Until it succeeds: what was missed before the stream was up is told by nobody else. */
  #catchUp(): void {
    this.#readAgain?.cancel();
    this.#reconcile().catch(() => {
      if (!this.#closed)
        this.#readAgain = this.#setting.clock.after(READ_AGAIN, () => this.#catchUp());
    });
  }

  /** Reads everything anew: at the start, after the stream broke, and before anything is sent. One at a time. */
  #reconcile(): Promise<void> {
    const read = this.#reading.then(() => this.#readAll());
    this.#reading = read.catch(() => undefined);
    return read;
  }

  /** Events that come meanwhile may be newer than what is read, and are taken after it. */
  async #readAll(): Promise<void> {
    const server = this.#server;
    if (server === null || this.#closed) return;
    this.#held = [];
    try {
      await this.#findThread(server);
      if (this.#thread !== null) this.#takeAll(await readThread(server, this.#thread));
    } finally {
      const held: readonly ServerEvent[] = this.#held;
      this.#held = null;
      for (const event of held) this.#takeEvent(event);
      this.#publish();
    }
  }

  #takeAll({ children, messages, status, permissions, questions }: ThreadState): void {
    if (this.#closed) return;
    this.#children = new Set(children);
    for (const { info, parts } of messages) {
      this.#messages.set(info.id, info);
      for (const part of parts) this.#takePart(part);
    }
    const last = this.#lastOwn();
    if (last?.role === 'assistant') this.#noteError(last);
    this.#setStatus(status);
    for (const permission of permissions) this.#openPermission(permission);
    for (const question of questions) this.#openQuestion(question);
    const open = new Set([...permissions, ...questions].map((one) => one.id));
    for (const id of [...this.#requests.keys()])
      if (!open.has(id.split('#')[0] ?? id)) this.#closeRequest(id, null);
    this.#emitUsage();
  }

  async #findThread(server: OpencodeServer): Promise<void> {
    if (this.#thread !== null || this.#launch === null) return;
    const { at } = this.#launch;
    const mine = (await server.sessions()).filter(
      (one) =>
        one.parentID == null &&
        one.directory === this.#setting.session.cwd &&
        one.time.created >= at,
    );
    const first = mine.toSorted((a, b) => a.time.created - b.time.created)[0];
    if (first !== undefined) this.#adopt(first.id);
  }

  #adopt(thread: string): void {
    if (this.#thread === thread) return;
    this.#thread = thread;
    this.#setting.emit({ type: 'agent_session', id: thread });
  }

  #take(event: ServerEvent): void {
    if (this.#closed) return;
    if (this.#held !== null) return void this.#held.push(event);
    this.#takeEvent(event);
    this.#publish();
  }

  #takeEvent(event: ServerEvent): void {
    if (this.#closed) return;
    switch (event.type) {
      case 'session.created': {
        const { info } = event.properties;
        if (
          info.parentID == null &&
          this.#thread === null &&
          info.directory === this.#setting.session.cwd
        )
          this.#adopt(info.id);
        else if (info.parentID === this.#thread) this.#children.add(info.id);
        break;
      }
      case 'session.status':
        if (event.properties.sessionID === this.#thread) this.#setStatus(event.properties.status);
        break;
      case 'session.error':
        if (event.properties.sessionID === this.#thread) this.#error = event.properties.error;
        break;
      case 'message.updated':
        this.#takeMessage(event.properties.info);
        break;
      case 'message.part.updated':
        this.#takePart(event.properties.part);
        break;
      case 'permission.asked':
        this.#openPermission(event.properties);
        break;
      case 'question.asked':
        this.#openQuestion(event.properties);
        break;
      case 'permission.replied':
      case 'question.replied':
      case 'question.rejected': {
        for (const id of [...this.#requests.keys()])
          if (id.split('#')[0] === event.properties.requestID) this.#closeRequest(id, null);
      }
    }
  }

  #isMine(session: string): boolean {
    return session === this.#thread || this.#children.has(session);
  }

  #takeMessage(message: Message): void {
    if (!this.#isMine(message.sessionID)) return;
    if (
      message.role === 'user' &&
      message.sessionID === this.#thread &&
      !this.#messages.has(message.id)
    )
      this.#error = null;
    this.#messages.set(message.id, message);
    if (message.id === this.#lastOwn()?.id && message.role === 'assistant')
      this.#noteError(message);
    this.#emitUsage();
  }

  #lastOwn(): Message | undefined {
    return [...this.#messages.values()].findLast((message) => message.sessionID === this.#thread);
  }

  #noteError(message: Message): void {
    if (message.error != null) this.#error = message.error;
    else if (message.time.completed !== undefined) this.#error = null;
  }

  /**
   * After an error or an abort the status is idle before the answer is closed; a message sent in between is stored,
   * but no turn begins with it.
   */
  #isClosing(): boolean {
    const last = this.#lastOwn();
    return (
      last?.role === 'assistant' &&
      last.time.completed === undefined &&
      last.time.created >= (this.#launch?.at ?? 0)
    );
  }

  /** An answer that was stopped before its first word, while it waited for another try: it is closed without an error. */
  #saidNothing(): boolean {
    const last = this.#lastOwn();
    return (
      last?.role === 'assistant' &&
      last.time.completed !== undefined &&
      !this.#texts.has(last.id) &&
      usageSteps([last], 0).length === 0
    );
  }

  #takePart(part: Part): void {
    if (!this.#isMine(part.sessionID)) return;
    const message = this.#messages.get(part.messageID);
    if (
      part.type === 'text' &&
      part.text !== undefined &&
      part.synthetic !== true &&
      part.sessionID === this.#thread
    ) {
      this.#texts.set(part.messageID, part.text);
      if (message?.role === 'user') this.#accept(part.text, message);
    }
    if (
      part.type === 'tool' &&
      part.callID !== undefined &&
      part.state?.status !== 'pending' &&
      !this.#tools.has(part.callID)
    ) {
      this.#tools.add(part.callID);
      this.#setting.emit({ type: 'tool', summary: partSummary(part) });
    }
  }

  /** Each message is told more than once: as it grows, and after every catching up. */
  #accept(text: string, { id, time }: Message): void {
    if (this.#accepted.has(id)) return;
    this.#accepted.add(id);
    const at = time.created;
    const taken = noteTaken(this.#journal, text, { at, by: id, within: SAME_PROMPT });
    if (taken.known) return;
    this.#setting.emit({ type: 'prompt_accepted', text: taken.text, at });
    this.#save();
  }

  #setStatus(status: SessionStatus): void {
    if (this.#status?.type !== status.type || status.type === 'retry')
      this.#statusSince = this.#setting.clock.now();
    this.#status = status;
  }

  #openPermission(permission: Permission): void {
    if (!this.#isMine(permission.sessionID) || this.#over.has(permission.id)) return;
    const open = () => this.#open(permissionRequest(permission, this.#setting.clock.now()));
    if (this.#server === null || !asksForOwnCommand(permission)) return open();
    this.#over.add(permission.id);
    this.#server.replyPermission(permission.id, 'once', null).catch(() => {
      this.#over.delete(permission.id);
      open();
    });
  }

  #openQuestion(question: Question): void {
    if (!this.#isMine(question.sessionID) || this.#questions.has(question.id)) return;
    this.#questions.set(question.id, { question, answers: new Map() });
    for (const request of questionRequests(question, this.#setting.clock.now()))
      this.#open(request);
  }

  #open(request: AgentRequest): void {
    if (this.#requests.has(request.id) || this.#over.has(request.id)) return;
    this.#requests.set(request.id, request);
    this.#setting.emit({ type: 'request_opened', request });
  }

  #closeRequest(id: string, answer: string | null): void {
    if (!this.#requests.delete(id)) return;
    this.#over.add(id);
    this.#setting.emit({ type: 'request_closed', request: id, answer });
    this.#publish();
  }

  #emitUsage(): void {
    for (const { at, models } of usageSteps(
      this.#messages.values(),
      this.#usageToldAt,
      this.#setting.prices,
    )) {
      const key = JSON.stringify(models);
      if (key === this.#usage) continue;
      this.#usage = key;
      this.#usageToldAt = at;
      this.#setting.emit({ type: 'usage', models, at });
    }
  }

  #publish(): void {
    if (this.#closed) return;
    const [state, detail, resetAt, lastMessage] = this.#activity();
    const key = JSON.stringify([state, detail, resetAt, lastMessage, this.#statusSince]);
    if (key === this.#emitted || state === null) return;
    this.#emitted = key;
    this.#setting.emit({
      type: 'activity',
      lastMessage,
      fact: {
        state,
        source: 'protocol',
        detail,
        resetAt,
        since: this.#statusSince,
        at: this.#setting.clock.now(),
      },
    });
  }

  #activity(): [ActivityState | null, string | null, Millis | null, string | null] {
    const status = this.#status;
    if (this.#requests.size > 0)
      return ['waiting_input', [...this.#requests.values()][0]?.kind ?? null, null, null];
    if (status === null)
      return this.#launch?.prompt === null && this.#thread === null
        ? ['ready', null, null, null]
        : [null, null, null, null];
    if (status.type === 'retry') return retryActivity(status, this.#setting.clock.now());
    if (status.type !== 'idle' || this.#isClosing()) return ['active', null, null, null];
    if (
      this.#error?.name === 'MessageAbortedError' ||
      (this.#error === null && this.#saidNothing())
    )
      return ['ready', 'interrupted', null, null];
    if (this.#error !== null)
      return ['blocked', this.#error.data?.message ?? this.#error.name, null, null];
    return ['ready', null, null, this.#lastMessage()];
  }

  #lastMessage(): string | null {
    const last = [...this.#messages.values()].findLast(
      (message) =>
        message.sessionID === this.#thread &&
        message.role === 'assistant' &&
        this.#texts.has(message.id),
    );
    return last === undefined ? null : (this.#texts.get(last.id) ?? null);
  }

  #loadJournal(): TextJournal {
    const { session } = this.#setting;
    const stored = stateSchema.safeParse(
      readJsonFile(this.#statePath(session.stateDir), this.#tell),
    ).data;
    const journal = stored?.journal ?? emptyJournal();
    this.#usageToldAt = stored?.usageToldAt ?? 0;
    const launch = this.#launch;
    if (launch !== null && launch.prompt !== null && stored?.launch !== launch.launch)
      noteTyped(journal, launch.prompt, disarm(launch.prompt), launch.at);
    return journal;
  }

  #save(): void {
    const state = {
      launch: this.#launch?.launch ?? 0,
      journal: this.#journal,
      usageToldAt: this.#usageToldAt,
    };
    saveJsonFile(this.#statePath(this.#setting.session.stateDir), state, this.#tell);
  }

  #statePath(stateDir: string): string {
    return join(stateDir, 'opencode-state.json');
  }
}

/** One reading of everything the server says of a conversation. */
interface ThreadState {
  readonly children: readonly string[];
  /** Of the conversation, then of its sub-agents'. */
  readonly messages: ReadonlyArray<{ readonly info: Message; readonly parts: readonly Part[] }>;
  readonly status: SessionStatus;
  readonly permissions: readonly Permission[];
  readonly questions: readonly Question[];
}

async function readThread(server: OpencodeServer, thread: string): Promise<ThreadState> {
  const [subAgents, status, permissions, questions] = await Promise.all([
    server.children(thread),
    server.status(),
    server.permissions(),
    server.questions(),
  ]);
  const children = subAgents.map((child) => child.id);
  const messages: ThreadState['messages'][number][] = [];
  for (const one of [thread, ...children]) messages.push(...(await server.messages(one)));
  return { children, messages, status: status[thread] ?? { type: 'idle' }, permissions, questions };
}

function retryActivity(
  status: SessionStatus,
  now: Millis,
): [ActivityState, string | null, Millis | null, string | null] {
  const message = status.message ?? 'the model does not answer';
  const limit = limitOf(message, now);
  if (limit !== null) return ['limited', message, limit.resetAt ?? status.next ?? null, null];
  return [(status.attempt ?? 0) >= PATIENT_RETRIES ? 'blocked' : 'active', message, null, null];
}
