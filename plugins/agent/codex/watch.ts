import { dirname } from 'node:path';
import type { PriceTable } from '../../../src/domain/money/pricing.ts';
import type { ActivityState } from '../../../src/domain/session/facts.ts';
import type { AgentRequest } from '../../../src/domain/session/session.ts';
import type { Millis } from '../../../src/domain/session/time.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import type { Tell } from '../../../src/lib/guarded/problem.ts';
import { readJsonLines } from '../../../src/lib/jsonl-tail.ts';
import { watchFolder } from '../../../src/lib/watch-folder.ts';
import type {
  AgentEvent,
  AgentSessionInfo,
  AgentTerminal,
  AgentWatch,
  Delivery,
} from '../../../src/slots/agent.ts';
import { tellFileProblems } from '../../shared/file-problems.ts';
import { ALLOWED_BY_HOOK, asksForOwnCommand } from '../../shared/own-command.ts';
import { inOwnFolder } from '../../shared/own-folder.ts';
import { deliverText } from './deliver.ts';
import { permissionRequest, requestFromScreen } from './dialog.ts';
import { PermissionDesk } from './permission-desk.ts';
import { typeAnswers } from './question-dialog.ts';
import { closeEndedQuestions } from './questions.ts';
import { acceptPrompt, takeLine, takeSubagentLine } from './rollout.ts';
import {
  dayFolder,
  findNewRollout,
  findRollout,
  findRolloutOf,
  isSubagents,
  rolloutsIn,
} from './rollout-files.ts';
import { hookSchema, rolloutSchema } from './schema.ts';
import { asksToSignIn, composerText, dialogOptions, shownQuestion } from './screen.ts';
import {
  type Answer,
  type AskedQuestion,
  beginLaunch,
  type LaunchRecord,
  loadState,
  readLaunchRecord,
  type SideState,
  type Subagent,
  saveState,
  type Turn,
} from './side-state.ts';

const SWEEP = 1000;
const SIGN_IN = 'Codex asks to sign in. Attach to the session and sign in there.';
const SCREEN_LINES = 40;

export interface WatchSetting {
  readonly session: AgentSessionInfo;
  readonly terminal: AgentTerminal;
  readonly emit: (event: AgentEvent) => void;
  readonly clock: Clock;
  readonly home: string;
  /** Absent: the built-in ones. */
  readonly prices?: PriceTable | undefined;
}

/** One session's Codex: the rollout says what happens, a hook that a permission is asked, the screen whether it still is. */
export class CodexWatch implements AgentWatch {
  readonly #setting: WatchSetting;
  readonly #state: SideState;
  readonly #launch: LaunchRecord | null;
  readonly #tell: Tell;
  readonly #desk: PermissionDesk;
  #watcher: { folder: string; close(): void } | null = null;
  #sweep: { cancel(): void } | null = null;
  /** The thread whose rollout was looked for among all days. */
  #searched: string | null = null;
  /** Rollouts of others. */
  readonly #foreign = new Set<string>();
  #ready = false;
  /** Since when it shows the page to sign in, and no input came after it. */
  #signInSince: Millis | null = null;
  #emitted = '';
  #typing: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(setting: WatchSetting) {
    const { session, clock, emit, terminal } = setting;
    this.#setting = setting;
    this.#tell = tellFileProblems(emit);
    this.#state = loadState(session.stateDir, this.#tell);
    this.#desk = new PermissionDesk({
      state: this.#state,
      terminal,
      clock,
      emit,
      save: () => this.#save(),
      publish: () => this.#publish(),
    });
    this.#launch = readLaunchRecord(session.stateDir, this.#tell);
    if (this.#launch !== null && this.#launch.launch !== this.#state.launch)
      beginLaunch(this.#state, this.#launch);
    if (session.agentSession !== null) this.#adopt(session.agentSession, null);
    for (const request of this.#openRequests()) emit({ type: 'request_opened', request });
    if (this.#state.rollout === null) this.#watchRollout(dayFolder(setting.home, clock.now()));
    this.#refresh();
    if (this.#state.turn === null) this.#emitActivity('starting', null, null, clock.now(), null);
    this.#look();
    this.#scheduleSweep();
  }

  deliver(text: string, options: { attempt: number; inDoubt: boolean }): Promise<Delivery> {
    const delivery = this.#typing.then(() =>
      deliverText(text, options, {
        terminal: this.#setting.terminal,
        clock: this.#setting.clock,
        journal: () => this.#state.journal,
        refresh: () => this.#refresh(),
        save: () => this.#save(),
        requestOpen: () => this.#waits() !== null,
      }),
    );
    this.#typing = delivery.catch(() => undefined);
    return delivery;
  }

  async interrupt(): Promise<void> {
    this.#refresh();
    if (this.#state.turn?.type === 'running') await this.#setting.terminal.keys(['Escape']);
  }

  async answer(requestId: string, answer: Answer): Promise<void> {
    const question = this.#state.questions.find(
      (one) => one.request.id === requestId && one.answer === null,
    );
    if (question !== undefined) return this.#answerQuestion(question, answer);
    await this.#desk.answer(requestId, answer);
  }

  async hook(body: unknown): Promise<unknown> {
    const hook = hookSchema.safeParse(body).data;
    if (hook === undefined || this.#closed) return {};
    const now = this.#setting.clock.now();
    const { home } = this.#setting;
    const named = hook.transcript_path ?? null;
    const rollout = named === null ? null : inOwnFolder(named, rolloutsIn(home), this.#tell);
    // A sub-agent's hooks come here too; its conversation is not the session's.
    const own =
      hook.session_id === this.#state.thread ||
      rollout === null ||
      !isSubagents(home, rollout, this.#tell);
    if (own) this.#adopt(hook.session_id, rollout);
    if (own && hook.hook_event_name === 'UserPromptSubmit') {
      this.#state.turn = { type: 'running', at: now };
      acceptPrompt(this.#state, hook.prompt, { at: now, by: 'hook' }, this.#setting.emit);
    }
    if (hook.hook_event_name === 'PermissionRequest') {
      if (asksForOwnCommand(hook.tool_name, hook.tool_input)) return ALLOWED_BY_HOOK;
      this.#desk.open(permissionRequest(hook.tool_name, hook.tool_input, now));
    }
    this.#refresh();
    // No decision: while a hook waits the terminal shows no dialog, and nobody there could answer.
    return {};
  }

  close(): void {
    this.#closed = true;
    this.#desk.stop();
    this.#watcher?.close();
    this.#sweep?.cancel();
    this.#save();
  }

  /** The questions of one call are answered together, as its dialog wants them. */
  async #answerQuestion(question: AskedQuestion, answer: Answer): Promise<void> {
    const { terminal, clock, emit } = this.#setting;
    question.answer = answer;
    this.#save();
    const all = this.#state.questions.filter((one) => one.call === question.call);
    try {
      if (all.every((one) => one.answer !== null)) await typeAnswers(all, { terminal, clock });
    } catch (error) {
      question.answer = null;
      this.#save();
      throw error;
    }
    const label = question.request.options.find((option) => option.id === answer.option)?.label;
    emit({
      type: 'request_closed',
      request: question.request.id,
      answer: [label, answer.text].filter(Boolean).join(': '),
    });
  }

  #adopt(thread: string, rollout: string | null): void {
    const { emit } = this.#setting;
    const state = this.#state;
    if (state.thread !== thread) {
      state.thread = thread;
      state.rollout = null;
      emit({ type: 'agent_session', id: thread });
    }
    const path = rollout ?? state.rollout ?? this.#lookForRollout(thread);
    if (path === null || path === state.rollout) return;
    state.rollout = path;
    state.offset = 0;
  }

  /** A conversation that goes on has its rollout somewhere among all days, a new one will have it among the latest. */
  #lookForRollout(thread: string): string | null {
    const { home, clock } = this.#setting;
    const now = clock.now();
    if (this.#searched === thread)
      return findNewRollout(home, thread, this.#launch?.at ?? now, now);
    this.#searched = thread;
    return findRollout(home, thread);
  }

  #refresh(): void {
    if (this.#closed) return;
    this.#findThread();
    const state = this.#state;
    if (state.rollout !== null) {
      this.#watchRollout(dirname(state.rollout));
      const { entries, offset, more } = this.#readLines(state.rollout, state.offset);
      if (more) this.#setting.clock.after(0, () => this.#refresh());
      for (const entry of entries) {
        const line = rolloutSchema.safeParse(entry).data;
        if (line === undefined) continue;
        takeLine(state, line, this.#setting.emit, this.#setting.prices);
        this.#desk.take(line);
      }
      if (offset !== state.offset) {
        state.offset = offset;
        this.#save();
      }
    }
    for (const subagent of state.subagents) this.#readSubagent(subagent);
    this.#desk.closeEnded();
    closeEndedQuestions(state, this.#setting.emit);
    this.#publish();
  }

  #readLines(rollout: string, offset: number) {
    return readJsonLines(rollout, offset, this.#tell, { inside: rolloutsIn(this.#setting.home) });
  }

  #readSubagent(subagent: Subagent): void {
    const { home, clock, emit, prices } = this.#setting;
    const now = clock.now();
    subagent.rollout ??= findNewRollout(home, subagent.thread, this.#launch?.at ?? now, now);
    if (subagent.rollout === null) return;
    const { entries, offset, more } = this.#readLines(subagent.rollout, subagent.offset);
    if (more) clock.after(0, () => this.#refresh());
    if (offset === subagent.offset) return;
    for (const entry of entries) {
      const line = rolloutSchema.safeParse(entry).data;
      if (line !== undefined) takeSubagentLine(this.#state, subagent, line, emit, prices);
    }
    subagent.offset = offset;
    this.#save();
  }

  /** The first hook tells the thread; when nobody heard it, its rollout does. */
  #findThread(): void {
    if (this.#state.thread !== null && this.#state.rollout !== null) return;
    if (this.#state.thread !== null) return this.#adopt(this.#state.thread, null);
    const { home, session, clock } = this.#setting;
    const found =
      this.#launch === null
        ? null
        : findRolloutOf(home, session.cwd, this.#launch.at, clock.now(), this.#foreign, this.#tell);
    if (found !== null) this.#adopt(found.thread, found.path);
  }

  #watchRollout(folder: string): void {
    if (this.#watcher?.folder === folder) return;
    this.#watcher?.close();
    const watcher = watchFolder(folder, this.#setting.clock, SWEEP * 5, (file) => {
      if (
        file === null ||
        this.#state.rollout === null ||
        [this.#state.thread, ...this.#state.subagents.map((one) => one.thread)].some((thread) =>
          file.endsWith(`${thread}.jsonl`),
        )
      )
        this.#refresh();
    });
    this.#watcher = { folder, close: () => watcher.close() };
  }

  /** Until the rollout is known nothing tells of its beginning but looking. */
  #scheduleSweep(): void {
    if (this.#closed || (this.#state.rollout !== null && this.#ready)) return;
    this.#sweep = this.#setting.clock.after(SWEEP, () => {
      this.#refresh();
      this.#look();
      this.#scheduleSweep();
    });
  }

  /** A terminal that is gone tells nothing; the runtime tells that it is. */
  #look(): void {
    this.#lookAtScreen().catch(() => undefined);
  }

  /** What only the screen tells: that the input is there, and a dialog whose hook nobody heard. */
  async #lookAtScreen(): Promise<void> {
    const screen = await this.#setting.terminal.capture(SCREEN_LINES);
    if (this.#closed) return;
    if (asksToSignIn(screen)) {
      // Its first frame may have shown an input.
      this.#ready = false;
      this.#signInSince ??= this.#setting.clock.now();
      return this.#publish();
    }
    if (composerText(screen) !== null && !this.#ready) {
      this.#ready = true;
      this.#publish();
    }
    const menu = dialogOptions(screen);
    if (menu.length > 0 || shownQuestion(screen) !== null) this.#ready = true;
    if (this.#state.permissions.length > 0) this.#desk.follow();
    else if (menu.length > 0 && this.#state.turn?.type === 'running')
      this.#desk.open(requestFromScreen(screen, this.#setting.clock.now()));
  }

  /** Requests nobody answered yet. */
  #openRequests(): readonly AgentRequest[] {
    const { permissions, questions } = this.#state;
    return [
      ...permissions.filter((one) => !one.told),
      ...questions.filter((one) => one.answer === null),
    ].map((one) => one.request);
  }

  /** What the terminal waits for; what was answered already may wait for others to be answered. */
  #waits(): AgentRequest | null {
    return (this.#state.permissions[0] ?? this.#state.questions[0])?.request ?? null;
  }

  #publish(): void {
    const { turn } = this.#state;
    const waits = this.#waits();
    if (waits !== null)
      return this.#emitActivity('waiting_input', waits.kind, null, waits.askedAt, null);
    if (turn === null && this.#ready)
      return this.#emitActivity('ready', null, null, this.#launch?.at ?? 0, null);
    if (turn === null)
      return this.#signInSince === null
        ? undefined
        : this.#emitActivity('blocked', SIGN_IN, null, this.#signInSince, null);
    return this.#emitActivity(...activityOf(turn));
  }

  #emitActivity(
    state: ActivityState,
    detail: string | null,
    resetAt: Millis | null,
    since: Millis,
    lastMessage: string | null,
  ): void {
    const key = JSON.stringify([state, detail, resetAt, since, lastMessage]);
    if (key === this.#emitted) return;
    this.#emitted = key;
    // One source for all: hook, rollout and screen are weighed here, not by the receiver.
    this.#setting.emit({
      type: 'activity',
      lastMessage,
      fact: { state, source: 'protocol', detail, resetAt, since, at: this.#setting.clock.now() },
    });
  }

  #save(): void {
    saveState(this.#setting.session.stateDir, this.#state, this.#tell);
  }
}

function activityOf(
  turn: Turn,
): [ActivityState, string | null, Millis | null, Millis, string | null] {
  switch (turn.type) {
    case 'running':
      return ['active', null, null, turn.at, null];
    case 'done':
      return ['ready', null, null, turn.at, turn.text];
    case 'interrupted':
      return ['ready', 'interrupted', null, turn.at, null];
    case 'failed':
      return [turn.limited ? 'limited' : 'blocked', turn.text, turn.resetAt, turn.at, null];
  }
}
