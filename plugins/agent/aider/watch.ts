import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import { costOf, type PriceTable } from '../../../src/domain/money/pricing.ts';
import type { ActivityState } from '../../../src/domain/session/facts.ts';
import type { AgentRequest } from '../../../src/domain/session/session.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import type { Tell } from '../../../src/lib/guarded/problem.ts';
import { sizeOf } from '../../../src/lib/guarded/read.ts';
import { readNewLines } from '../../../src/lib/jsonl-tail.ts';
import { noteTaken, noteTyped, wasTaken } from '../../../src/lib/text-journal.ts';
import { watchFolder } from '../../../src/lib/watch-folder.ts';
import type {
  AgentEvent,
  AgentSessionInfo,
  AgentTerminal,
  AgentWatch,
  Delivery,
} from '../../../src/slots/agent.ts';
import { rejected } from '../../../src/slots/errors.ts';
import { tellFileProblems } from '../../shared/file-problems.ts';
import { limitOf } from '../../shared/program/usage-limit.ts';
import { disarm } from '../../shared/terminal/typed-text.ts';
import { type HistoryItem, historyItems } from './history.ts';
import { historyPath, waitsPath } from './launch-plan.ts';
import { type Asks, asks } from './screen.ts';
import { loadState, type OpenRequest, type SideState, saveState } from './side-state.ts';

const SWEEP = 1_000;
/** While something is awaited of the screen. */
const LOOK_EVERY = 300;
/** A turn that shows its prompt for so long, without having told that it waits, was none of the model's. */
const QUIET = 5_000;
const SCREEN_LINES = 40;
const ERROR = /error|exception|refused|exceeded|not able|unable to|invalid/i;

export interface WatchSetting {
  readonly session: AgentSessionInfo;
  readonly terminal: AgentTerminal;
  readonly emit: (event: AgentEvent) => void;
  readonly clock: Clock;
  readonly prices?: PriceTable | undefined;
}

/** One session's aider: its history tells what was said, a notification that it waits, the screen for what. */
export class AiderWatch implements AgentWatch {
  readonly #setting: WatchSetting;
  readonly #state: SideState;
  readonly #tell: Tell;
  readonly #watcher: { close(): void };
  #timer: { cancel(): void } | null = null;
  #ready = false;
  #grewAt: number;
  #emitted = '';
  #busy: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(setting: WatchSetting) {
    const { session, clock } = setting;
    this.#setting = setting;
    this.#tell = tellFileProblems(setting.emit);
    this.#state = loadState(session.stateDir, this.#tell);
    this.#grewAt = clock.now();
    if (this.#state.launch !== session.launch)
      Object.assign(this.#state, {
        launch: session.launch,
        running: false,
        answer: null,
        told: [],
        open: null,
      });
    else this.#ready = true;
    this.#watcher = watchFolder(dirname(historyPath(session.stateDir)), clock, SWEEP, () =>
      this.#round(),
    );
    if (!this.#ready) this.#become('starting', null, null);
    if (this.#state.usage !== null) this.#tellUsage();
    // Known before the restart: the same request, whose card waits for its answer.
    if (this.#state.open !== null) {
      setting.emit({ type: 'request_opened', request: this.#state.open.request });
      this.#become('waiting_input', this.#state.open.question, null);
    }
    this.#round();
  }

  deliver(
    text: string,
    { attempt, inDoubt }: { attempt: number; inDoubt: boolean },
  ): Promise<Delivery> {
    return this.#alone(async () => {
      const { terminal, clock } = this.#setting;
      const sent = disarm(text);
      this.#read();
      if ((inDoubt || attempt > 1) && wasTaken(this.#state.journal, sent))
        return { type: 'typed', accepted: true };
      const now = await this.#look();
      if (now?.type === 'confirm')
        return { type: 'deferred', reason: `aider asks: ${now.question}` };
      if (now === null)
        return {
          type: 'deferred',
          reason: this.#ready
            ? 'the agent is in the middle of a turn'
            : 'the agent is not ready yet',
        };
      noteTyped(this.#state.journal, text, sent, clock.now());
      this.#save();
      await terminal.write(sent, { submit: true });
      return { type: 'typed', accepted: false };
    });
  }

  async interrupt(): Promise<void> {
    // A second one at the prompt would end the program.
    if (this.#state.running && (await this.#look()) === null)
      await this.#setting.terminal.keys(['C-c']);
  }

  answer(requestId: string, answer: { option: string | null; text: string | null }): Promise<void> {
    return this.#alone(async () => {
      const { open } = this.#state;
      const now = await this.#look();
      if (
        open?.request.id !== requestId ||
        now?.type !== 'confirm' ||
        now.question !== open.question
      ) {
        this.#closeRequest(null);
        throw rejected(
          'AO_AGENT_REQUEST_CLOSED',
          'The question is no longer open: it was answered in the terminal, or the agent moved on.',
        );
      }
      const option = now.options.find((one) => one.key === answer.option);
      if (option === undefined)
        throw rejected(
          'AO_AGENT_NO_OPTION',
          `The question wants one of: ${now.options.map((one) => one.label).join(', ')}.`,
        );
      await this.#press(option);
    });
  }

  /** aider has no hooks. */
  async hook(): Promise<unknown> {
    return {};
  }

  close(): void {
    this.#closed = true;
    this.#watcher.close();
    this.#timer?.cancel();
    this.#save();
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#busy.then(work);
    this.#busy = done.catch(() => undefined);
    return done;
  }

  #round(): void {
    if (this.#closed) return;
    this.#read();
    if (this.#timer !== null || !(this.#state.running || !this.#ready || this.#state.open !== null))
      return;
    this.#timer = this.#setting.clock.after(LOOK_EVERY, () => {
      this.#timer = null;
      // A terminal that is gone tells nothing; the runtime tells that it is.
      void this.#alone(() => this.#settle())
        .catch(() => undefined)
        .then(() => this.#round());
    });
  }

  /** What the screen asks for decides whether a turn is over. */
  async #settle(): Promise<void> {
    if (this.#closed) return;
    const now = await this.#look();
    if (this.#closed) return;
    if (now?.type === 'confirm') return this.#confirm(now);
    if (this.#state.open !== null) this.#closeRequest(null);
    if (now === null) return;
    this.#read();
    const waits = sizeOf(waitsPath(this.#setting.session.stateDir)) ?? 0;
    const told = waits > this.#state.waits;
    if (this.#state.running && !told && this.#setting.clock.now() - this.#grewAt < QUIET) return;
    this.#ready = true;
    this.#state.waits = waits;
    this.#endTurn();
  }

  async #confirm(now: Asks & { type: 'confirm' }): Promise<void> {
    const { session, clock, emit } = this.#setting;
    this.#ready = true;
    const yes = now.options.find((option) => option.key === 'y');
    if (session.permissions === 'permissionless' && yes !== undefined) {
      emit({ type: 'tool', summary: `${now.question} ${now.text}`.trim() });
      return this.#press(yes);
    }
    if (this.#state.open?.question === now.question) return;
    this.#closeRequest(null);
    const at = clock.now();
    const options = now.options.map(({ key, label }) => ({
      id: key,
      label,
      style:
        key === 'y' ? ('primary' as const) : key === 'n' ? ('danger' as const) : ('plain' as const),
    }));
    const request: AgentRequest & OpenRequest['request'] = {
      id: randomUUID(),
      kind: 'permission',
      title: now.question,
      text: now.text === '' ? now.question : now.text,
      options,
      freeText: false,
      askedAt: at,
      answer: null,
    };
    this.#state.open = { request, question: now.question };
    this.#save();
    emit({ type: 'request_opened', request });
    this.#become('waiting_input', now.question, null);
  }

  async #press(option: { readonly key: string; readonly label: string }): Promise<void> {
    await this.#setting.terminal.keys([option.key, 'Enter']);
    this.#closeRequest(option.label);
    this.#state.since = this.#setting.clock.now();
    this.#become('active', null, null);
    this.#round();
  }

  #closeRequest(answer: string | null): void {
    if (this.#state.open === null) return;
    this.#setting.emit({ type: 'request_closed', request: this.#state.open.request.id, answer });
    this.#state.open = null;
    this.#save();
  }

  async #look(): Promise<Asks> {
    return asks(await this.#setting.terminal.capture(SCREEN_LINES));
  }

  #read(): void {
    const { session, clock } = this.#setting;
    const { text, offset, more } = readNewLines(
      historyPath(session.stateDir),
      this.#state.offset,
      this.#tell,
    );
    if (offset === this.#state.offset) return;
    if (more) clock.after(0, () => this.#round());
    this.#grewAt = clock.now();
    this.#state.offset = offset;
    for (const item of historyItems(text)) this.#take(item);
    this.#save();
  }

  #take(item: HistoryItem): void {
    const { emit, clock } = this.#setting;
    switch (item.type) {
      case 'said':
        Object.assign(this.#state, {
          running: true,
          since: clock.now(),
          answer: null,
          told: [],
          waits: sizeOf(waitsPath(this.#setting.session.stateDir)) ?? 0,
        });
        emit({
          type: 'prompt_accepted',
          text: noteTaken(this.#state.journal, item.text, {
            at: clock.now(),
            by: 'history',
            within: 0,
          }).text,
          at: clock.now(),
        });
        return this.#become('active', null, null);
      case 'answer':
        this.#state.answer = item.text;
        return;
      case 'told':
        this.#state.told = [...this.#state.told, item.text].slice(-20);
        if (/^(Applied edit to|Commit |Running )/.test(item.text))
          emit({ type: 'tool', summary: item.text });
        return;
      case 'used': {
        const known = this.#state.usage ?? {
          input: 0,
          output: 0,
          cacheRead: 0,
          cacheWrite: 0,
          usd: null,
        };
        this.#state.usage = {
          input: known.input + item.input,
          output: known.output + item.output,
          cacheRead: known.cacheRead + item.cacheRead,
          cacheWrite: known.cacheWrite + item.cacheWrite,
          usd: item.usd === null ? known.usd : (known.usd ?? 0) + item.usd,
        };
        return this.#tellUsage();
      }
    }
  }

  #tellUsage(): void {
    const { session, emit, clock, prices } = this.#setting;
    const used = this.#state.usage;
    if (used === null) return;
    const model = session.model ?? 'unknown';
    const { input, output, cacheRead, cacheWrite } = used;
    const usd =
      used.usd ??
      costOf(
        model,
        { input, output, cacheRead, cacheWrite, cacheWriteLong: 0 },
        clock.now(),
        prices,
      );
    emit({
      type: 'usage',
      models: [
        {
          model,
          inputTokens: input,
          outputTokens: output,
          cacheReadTokens: cacheRead,
          cacheWriteTokens: cacheWrite,
          usd,
        },
      ],
    });
  }

  #endTurn(): void {
    const { clock } = this.#setting;
    const { running, answer, told } = this.#state;
    this.#state.running = false;
    this.#save();
    if (!running) return this.#become('ready', null, answer);
    this.#state.since = clock.now();
    if (told.some((line) => line.includes('^C again to exit')))
      return this.#become('ready', 'interrupted', null);
    const error =
      answer === null
        ? told.findLast((line) => ERROR.test(line) || limitOf(line, clock.now()) !== null)
        : undefined;
    if (error === undefined) return this.#become('ready', null, answer);
    const limit = limitOf(error, clock.now());
    this.#become(limit === null ? 'blocked' : 'limited', error, null, limit?.resetAt ?? null);
  }

  #become(
    state: ActivityState,
    detail: string | null,
    lastMessage: string | null,
    resetAt: number | null = null,
  ): void {
    const key = JSON.stringify([state, detail, lastMessage, this.#state.since]);
    if (key === this.#emitted) return;
    this.#emitted = key;
    const at = this.#setting.clock.now();
    const since = this.#state.since === 0 ? at : this.#state.since;
    this.#setting.emit({
      type: 'activity',
      lastMessage,
      fact: {
        state,
        source: state === 'active' ? 'transcript' : 'hook',
        detail,
        resetAt,
        since,
        at,
      },
    });
  }

  #save(): void {
    saveState(this.#setting.session.stateDir, this.#state, this.#tell);
  }
}
